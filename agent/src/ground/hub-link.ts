import type { LinkSocket } from "@karibu/protocol/link";

/** Opens a connection to the hub. Rejects when it can't be made, and when the signal aborts: then nothing of it goes on. */
export type DialHub = (signal: AbortSignal) => Promise<LinkSocket>;

/** The agent's side of the link to the hub, as the rest of the agent sees it. `createHubLink` is in `link.ts`. */
export interface HubLink {
  /** `none`: this site has no hub. `away`: it has one that does not answer now. */
  readonly state: "connected" | "away" | "none";
  /** Milliseconds of monotonic time since the hub was last heard; null when never. */
  readonly silentForMs: number | null;
  /** Calls the hub. Rejects with Fault "hub/away", "hub/deadline", "hub/refused", or "hub/cancelled" once `signal` aborts. */
  call(method: string, params: unknown, deadlineMs: number, signal?: AbortSignal): Promise<unknown>;
  onChange(listener: () => void): () => void;
  /** Somebody waits for the hub, or the internet is back: when the hub is away it is tried again within a second or so. */
  hurry(): void;
  close(): Promise<void>;
}
