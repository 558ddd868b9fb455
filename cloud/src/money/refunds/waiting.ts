/** Refunds that need a person. */

import { sql } from "kysely";
import type { ReviewCause } from "../../ground/amounts/review-cause.ts";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";

/** After so long without a result a person reviews a refund that was sent. */
const resultWithinMs = 3_600_000;

export const refundsWaiting = {
  "refunds-to-decide": {
    permission: "payments.read",
    rows: ({ providerId }) =>
      sql`from refunds where provider_id = ${providerId} and resolution is null and state = 'asked'`,
  },
  "refunds-failed": {
    permission: "payments.read",
    rows: ({ providerId, nowMs }) => sql`from refunds where provider_id = ${providerId} and resolution is null
      and (state in ('unknown', 'failed', 'returned') or (state = 'sent' and changed_at_ms < ${nowMs - resultWithinMs}::bigint))`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;

export const refundsForReview: ReviewCause<"refund"> = {
  kinds: ["refund"],
  rows: ({
    providerId,
    nowMs,
    siteOf,
  }) => sql`select 'refund', refund_id, state || coalesce(': ' || problem, ''), amount_cents, currency,
      null::text, changed_at_ms, null::text, ${siteOf("refunds")}, channel_id
    from refunds where provider_id = ${providerId} and resolution is null
      and (state in ('asked', 'unknown', 'failed', 'returned') or (state = 'sent' and changed_at_ms < ${nowMs - resultWithinMs}))`,
};
