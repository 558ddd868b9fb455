/**
 * The router's own API, for what the hub may read and change (`router-control`, which makes the sentences). `routeros` implements it, and
 * says in `router-api.ts` which Faults reject.
 */

export type RouterRow = Readonly<Record<string, string>>;

export interface LiveRouter {
  /** `["/ip/hotspot/active/print", "=.proplist=.id,user"]`. What `!done` returns is a last row `{ ret }`. */
  command(words: readonly string[], options?: RouterCommandOptions): Promise<readonly RouterRow[]>;
  /** A connection of its own, for what lives as long as its connection: safe mode. Its commands are sent once. */
  openSession(options?: {
    /** It logs in with this one alone. */
    readonly password?: string;
    /** Answers' letters are bytes (latin1): for files. */
    readonly asBytes?: boolean;
  }): Promise<RouterSession>;
  /** The last API calls of all kinds, newest first; those that wait come before. */
  calls(): readonly RouterCall[];
}

export interface RouterSession {
  command(words: readonly string[], options?: RouterCommandOptions): Promise<readonly RouterRow[]>;
  readonly isOpen: boolean;
  close(): void;
}

export interface RouterCommandOptions {
  /**
   * `general`: 100 a minute, 5 at once; a router is no database. `enforcement`: 20 a second on top, for what people wait for:
   * ending sessions, logging in. Always asks the router itself.
   */
  readonly lane?: "general" | "enforcement";
  /** From the call to the answer, waiting for room included; once sent, an answer may take 10 s at most. */
  readonly timeoutMs?: number;
  /** Harmless when done twice: may be sent again after a cut. Prints are. */
  readonly repeatable?: boolean;
  /** A print: not from memory. */
  readonly fresh?: boolean;
  /** Before the others that wait in its lane. */
  readonly first?: boolean;
  /** Who ordered it, for the log of calls. */
  readonly actor?: string;
}

export interface RouterCall {
  readonly atMs: number;
  /** Without passwords, and without the codes that customers log in with. */
  readonly words: readonly string[];
  readonly lane: "general" | "enforcement";
  readonly actor: string | null;
  /** `ok`, or the code of the Fault. `waiting`: it has not left yet. */
  readonly outcome: string;
  /** The Fault's words; empty: none. */
  readonly message: string;
  /** How long it took, its waiting included; of one that waits, how long it has waited. */
  readonly ms: number;
  /** Only while it waits: its place in its lane, from 1 on, and when it is given up. */
  readonly place?: number;
  readonly expiresInMs?: number;
}
