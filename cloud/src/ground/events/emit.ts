import type { Tx } from "../db/database.ts";

/** A live event for consoles. `topic` is a noun. The body is small, because consoles read again what they show. */
export interface HubEvent {
  readonly topic:
    | "payment"
    | "session"
    | "site"
    | "grant"
    | "voucher"
    /** `id` is the job's: "progress", "done" or "failed". */
    | "job"
    | "alarm"
    | "plan"
    | "customer"
    | "ticket"
    /** `accepted`, `delivered` or `failed`, or `code-sent`: what became of a message to a customer. */
    | "message"
    | "channel"
    | "router"
    /** Figures of a router that somebody watches. */
    | "router-figures"
    | "set-up"
    /** `id` is a person's: what happened to their account. Only that person hears it. */
    | "user"
    /** The platform's own, under its provider id; only platform admins hear it. */
    | "admin";
  readonly id: string;
  readonly action: string;
}

/** Records an event in the transaction of its cause. Wakes the providers' open streams after commit. */
export type Emit = (tx: Tx, providerId: string, event: HubEvent) => Promise<void>;
