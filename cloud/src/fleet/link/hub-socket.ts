import type { LinkSocket } from "@karibu/protocol/link/link";

/** An agent's socket as the hub has it. */
export interface HubSocket extends LinkSocket {
  /** Left out: the messages arrive whole (a transport in memory). */
  readonly meter?: SocketMeter;
}

export interface SocketMeter {
  /** Called after each arrival: how many bytes of an unfinished message are kept now. */
  onUnfinished(handler: (bytes: number) => void): void;
  /** True: nothing more is read from the peer; it waits in the network. False: reading goes on. */
  hold(isHeld: boolean): void;
  /** Ends the connection at once, without a word to the peer. */
  cut(): void;
}
