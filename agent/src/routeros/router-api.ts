/**
 * The RouterOS API for the agent: commands in, rows out, over one connection that opens when it is needed.
 *
 * Every promise settles within its time-out. A read (`…/print`) may be answered from memory for 30 seconds, and is repeated after a cut
 * of the connection. Every other command is sent at most once.
 * Errors, all Faults:
 *   "router-api/trap"         the router refused; the message is its own words (`RouterTrap`)
 *   "router-api/time-out"     no answer in time
 *   "router-api/unreachable"  no connection, or the last attempt failed moments ago
 *   "router-api/cut"          the connection ended before the answer
 *   "router-api/log-in"       user or password are wrong
 *   "router-api/certificate"  the router showed another certificate than the pinned one
 *   "router-api/busy"         the budget of requests left no room in time
 *   "router-api/closed"       this client was closed
 */
import { Fault } from "@karibu/protocol/fault";

export type Row = Readonly<Record<string, string>>;

export interface RouterApi {
  /** `["/ip/hotspot/active/print", "=.proplist=.id,user"]`. What `!done` returns is a last row `{ ret }`. */
  command(words: readonly string[], options?: CommandOptions): Promise<readonly Row[]>;
  /** `idle`: there was no command in the last minutes. */
  state(): "idle" | "connecting" | "connected" | "away";
  /** Ends the connection. Running commands reject. */
  close(): void;
}

export interface CommandOptions {
  /**
   * `general`: 100 a minute, 5 at once; a router is no database. `enforcement`: 20 a second on top, for what people wait for:
   * ending sessions, logging in. Always asks the router itself.
   */
  readonly lane?: "general" | "enforcement";
  /** From the call to the answer, waiting for room included; once sent, an answer may take 10 s at most. */
  readonly timeoutMs?: number;
  /** Harmless when done twice: may be sent again after a cut. Prints are. */
  readonly repeatable?: boolean;
}

/** The router's own refusal. */
export class RouterTrap extends Fault {
  /** 0 missing item, 1 argument, 2 interrupted … 7; null when the router gave none. */
  readonly category: number | null;

  constructor(message: string, category: number | null) {
    super("router-api/trap", message, { retry: "never" });
    this.name = "RouterTrap";
    this.category = category;
  }
}

/** A byte stream to the router. `tcp-dial.ts` makes the real one. */
export interface ApiSocket {
  write(bytes: Uint8Array): void;
  /** Set once, before the first byte arrives. `ended` comes once, also after `destroy`. */
  listen(listeners: { data(bytes: Uint8Array): void; ended(why: string): void }): void;
  destroy(): void;
}

/** Rejects with a Fault when there is no router to talk to. */
export type ApiDial = () => Promise<ApiSocket>;
