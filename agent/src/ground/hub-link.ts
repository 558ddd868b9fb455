import type { CallPeer } from "@karibu/protocol/link/calls";
import type { LinkSocket } from "@karibu/protocol/link/link";

/** Opens a connection to the hub. Rejects when that fails and when the signal aborts; an aborted attempt leaves nothing open. */
export type DialHub = (signal: AbortSignal) => Promise<LinkSocket>;

/** The link to the hub, as the rest of the agent uses it. `sync/link.ts` implements it. */
export interface HubLink {
  /** `none`: this site has no hub. `away`: the hub does not answer now. */
  readonly state: "connected" | "away" | "none";
  /** Monotonic milliseconds since the last message of the hub; null: none came yet. */
  readonly silentForMs: number | null;
  /**
   * Calls the hub. Rejects with Fault "hub/away", "hub/deadline", "hub/refused", "hub/bad-answer", or "hub/cancelled" once
   * `signal` aborts.
   */
  readonly call: CallPeer;
  /** Returns the function that stops listening. */
  onChange(listener: () => void): () => void;
  /** A hub that lives answers at once, also while it works on a call: `silentForMs` tells. Nothing happens while it is away. */
  ping(): void;
  /** Dials again within about a second when the hub is away: somebody waits for it, or the internet is back. */
  redialSoon(): void;
  close(): Promise<void>;
}
