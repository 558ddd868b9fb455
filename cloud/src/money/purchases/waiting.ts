/** Payments that need a person. */

import { sql } from "kysely";
import type { ReviewCause } from "../../ground/amounts/review-cause.ts";
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

export const purchasesForReview: ReviewCause<"payment"> = {
  kinds: ["payment"],
  rows: ({ providerId }) => sql`select 'payment', purchase_id, review, case review
      when 'given-back-twice' then (select sum(r.amount_cents) from refunds r where r.provider_id = purchases.provider_id
        and r.purchase_id = purchases.purchase_id and r.entry_id is not null)::bigint
        - case state when 'reversed' then coalesce((select b.amount_cents - b.returned_cents from receipts b
          where b.provider_id = purchases.provider_id and b.purchase_id = purchases.purchase_id and b.receipt = purchases.receipt
            and b.state = 'booked'), 0)
          else amount_cents - coalesce((select b.returned_plan_cents from receipts b where b.provider_id = purchases.provider_id
            and b.purchase_id = purchases.purchase_id and b.receipt = purchases.receipt), 0) end
      else amount_cents end, currency, phone_masked, changed_at_ms, null::text, site_id, channel_id
    from purchases where provider_id = ${providerId} and review is not null`,
};
