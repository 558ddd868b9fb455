/**
 * The outside of an agent: disk, datagrams, the link to the hub, the router. Narrow contracts, so that the whole agent
 * runs in one process with simulated ones. The real ones are built in `main.ts`.
 */

import type { PortalFiles } from "../portal-server/portal-parts.ts";
import type { PortalServer } from "../portal-server/portal-server.ts";
import type { PostJson } from "../sync/enrol.ts";
import type { Launcher } from "../updates/find-launcher.ts";
import type { Folder } from "./folder.ts";
import type { DialHub } from "./hub-link.ts";
import type { RouterControl } from "./router-control.ts";

export interface Adapters {
  readonly folder: Folder;
  readonly udp: Udp;
  /** Null: this site has no hub. */
  readonly dialHub: DialHub | null;
  /** Carries the enrolment to the hub; needed where there is a hub. */
  readonly post?: PostJson;
  /** The router's own API; absent or null: RADIUS is the only way to it. */
  readonly router?: RouterControl | null;
  /** Changes when the router itself restarts (the kernel's boot id); absent or null: not known, as for a hosted agent. */
  readonly machine?: string | null;
  /** Room left in the data folder, bytes; absent, or null: not known. */
  readonly freeBytes?: () => Promise<number | null>;
  /** SHA-256 of a large file of the data folder, 64 hex digits; null: no such file. Absent: no router puts images there. */
  readonly sha256Of?: (name: string) => Promise<string | null>;
  /** What is wrong with finding addresses by names, in a sentence; null: nothing. Absent: not known. */
  readonly nameProblem?: () => string | null;
  /** Addresses of this machine, for the doctor; absent: not known. */
  readonly ownAddresses?: () => readonly string[];
  /** Puts the portal on a socket; absent: it is reached through `agent.portal` alone (the simulation). */
  readonly listenHttp?: (portal: PortalServer) => Promise<{ readonly port: number; close(): Promise<void> }>;
  /** The built portal; absent: no page, the API works all the same. */
  readonly portalFiles?: PortalFiles;
  /** What started this agent and can start another release of it; absent or null: updates are somebody else's. */
  readonly launcher?: Launcher | null;
}

export interface Udp {
  /** Port 0 takes any. `receiveBufferBytes` asks the kernel for a bigger queue; the kernel may give less. */
  bind(options: {
    port: number;
    address?: string;
    receiveBufferBytes?: number;
    onMessage: (packet: Uint8Array, from: UdpPeer) => void;
    onError: (error: Error) => void;
  }): Promise<UdpSocket>;
}

export interface UdpPeer {
  readonly address: string;
  readonly port: number;
}

export interface UdpSocket {
  readonly port: number;
  /** The caller may reuse the octets later: one that does not send at once copies them. */
  send(packet: Uint8Array, to: UdpPeer): void;
  close(): Promise<void>;
}
