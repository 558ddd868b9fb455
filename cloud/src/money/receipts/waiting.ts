/** Money of which nobody knows whose it is. */

import { sql } from "kysely";
import type { ReviewCause } from "../../ground/amounts/review-cause.ts";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";

export const receiptsWaiting = {
  "money-unmatched": {
    permission: "payments.read",
    rows: ({ providerId }) =>
      sql`from (
        select 1 from receipts where provider_id = ${providerId} and suspense_cents > 0 and state in ('suspense', 'frozen')
        union all
        select 1 from receipts where provider_id = ${providerId} and state = 'credit' and note = 'two sources name two amounts'
      ) money`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;

export const receiptsForReview: ReviewCause<"suspense" | "frozen"> = {
  kinds: ["suspense", "frozen"],
  rows: ({ providerId, siteOf }) => sql`select case state when 'frozen' then 'frozen' else 'suspense' end, receipt,
      coalesce(account_text, ''), amount_cents, currency, payer_masked, booked_at_ms, rail, ${siteOf("receipts")}, channel_id
    from receipts where provider_id = ${providerId} and suspense_cents > 0 and state in ('suspense', 'frozen')`,
};

export const twoAmountsForReview: ReviewCause<"amounts"> = {
  kinds: ["amounts"],
  rows: ({
    providerId,
    siteOf,
  }) => sql`select 'amounts', receipt, coalesce(account_text, ''), amount_cents, currency, payer_masked,
      booked_at_ms, rail, ${siteOf("receipts")}, channel_id
    from receipts where provider_id = ${providerId} and state = 'credit' and note = 'two sources name two amounts'`,
};
