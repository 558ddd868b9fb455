import type { Tx } from "../db/database.ts";

/** What consoles hear live. `topic` is a noun; the body is small: consoles re-read what they show. */
export interface HubEvent {
  readonly topic:
    | "payment"
    | "session"
    | "site"
    | "grant"
    | "voucher"
    | "job"
    | "alarm"
    | "plan"
    | "customer"
    | "channel";
  readonly id: string;
  readonly action: string;
}

/** Records an event in the transaction of its cause and wakes the providers' open streams after commit. */
export type Emit = (tx: Tx, providerId: string, event: HubEvent) => Promise<void>;
