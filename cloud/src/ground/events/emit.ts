import type { Tx } from "../db/database.ts";

/** A live event for consoles. `topic` is a noun. The body is small, because consoles read again what they show. */
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
    | "channel"
    | "router"
    /** Figures of a router that somebody watches. */
    | "router-figures"
    | "set-up";
  readonly id: string;
  readonly action: string;
}

/** Records an event in the transaction of its cause. Wakes the providers' open streams after commit. */
export type Emit = (tx: Tx, providerId: string, event: HubEvent) => Promise<void>;
