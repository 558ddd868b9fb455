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
import type { LiveRouter, RouterCommandOptions, RouterRow } from "../ground/live-router.ts";

export type Row = RouterRow;
export type CommandOptions = RouterCommandOptions;

export interface RouterApi extends LiveRouter {
  /** `idle`: there was no command in the last minutes. */
  state(): "idle" | "connecting" | "connected" | "away";
  /** Ends the connections. Running commands reject. */
  close(): void;
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
