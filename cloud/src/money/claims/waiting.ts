/** Claims of customers that nobody has looked at. */

import { sql } from "kysely";
import type { ReviewCause } from "../../ground/amounts/review-cause.ts";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";
import { isWaitingSql } from "./claim-log.ts";

export const claimsWaiting = {
  claims: {
    permission: "payments.read",
    rows: ({ providerId, nowMs }) =>
      sql`from payment_claims where provider_id = ${providerId} and ${isWaitingSql(nowMs)}`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;

export const claimsForReview: ReviewCause<"claim"> = {
  kinds: ["claim"],
  rows: ({ providerId, nowMs }) => sql`select 'claim', claim_id, coalesce(receipt, 'by phone and amount')
      || case when times > 1 then ' ×' || times else '' end || coalesce(': ' || outcome, ''), amount_cents,
      null::text, phone_masked, created_at_ms, null::text, site_id, null::text
    from payment_claims where provider_id = ${providerId} and ${isWaitingSql(nowMs)}`,
};
