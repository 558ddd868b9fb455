/** Payments that need a person. */
import { sql } from "kysely";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";
import { nearLimit } from "./unverified-limit.ts";

export const purchasesWaiting = {
  "payments-review": {
    permission: "payments.read",
    rows: ({ providerId }) => sql`from purchases where provider_id = ${providerId} and review is not null`,
  },
  "payments-unknown": {
    permission: "payments.read",
    rows: ({ providerId }) =>
      sql`from purchases where provider_id = ${providerId} and state = 'unknown' and review is null`,
  },
  "payments-unreceipted": {
    permission: "payments.read",
    rows: ({ providerId }) =>
      sql`from purchases where provider_id = ${providerId} and state = 'paid_unreceipted' and review is null`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;

export const limitWaiting = {
  "limit-near": {
    permission: "channels.read",
    rows: ({ providerId, nowMs }) => sql`from ${nearLimit(providerId, nowMs)}`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;

/** How many payments nobody knows all of yet, or a person must look at: a column; of the providers that the transaction sees. */
export const undecidedPurchases = sql<number>`(select count(*) from purchases where state in ('unknown', 'paid_unreceipted') or review is not null)`;
