import type { AgentHello } from "@karibu/protocol/link/frame";
import type { HubSocket } from "./hub-socket.ts";

/** The link of one host: a process that runs the agents of many sites. */
export interface HostLink {
  onText(text: string): void;
  /** The socket is closed. */
  ended(): void;
}

/** Where the link hands over connections of hosts. The room `hosted-sites` implements it. */
export interface HostDoor {
  /** After the host's hello (`siteId` is the host's id). The socket belongs to the host's link from now on. */
  take(socket: HubSocket, hello: AgentHello, arrival: HostArrival): HostLink;
}

export interface HostArrival {
  readonly hubNonce: string;
  readonly remoteAddress: string;
  /** The id of this hub process in `hub_processes`. */
  readonly processId: string;
  /** Called when the host has proved itself; until then it counts among the strangers. */
  onProved(): void;
}
