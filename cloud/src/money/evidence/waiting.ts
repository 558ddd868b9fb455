/** What channels said and nothing of ours matches. */

import { sql } from "kysely";
import type { ReviewCause } from "../../ground/amounts/review-cause.ts";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";

export const evidenceWaiting = {
  "callbacks-unmatched": {
    permission: "payments.read",
    rows: ({ providerId }) =>
      sql`from evidence where provider_id = ${providerId} and state = 'unmatched' and seen_at_ms is null`,
  },
  "codes-unknown": {
    permission: "payments.read",
    rows: ({ providerId }) => sql`from unread_evidence where provider_id = ${providerId} and seen_at_ms is null`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;

export const unmatchedForReview: ReviewCause<"unmatched"> = {
  kinds: ["unmatched"],
  rows: ({
    providerId,
  }) => sql`select 'unmatched', evidence_id, source || ': ' || coalesce(outcome, ''), null::bigint, null::text,
      null::text, received_at_ms, null::text, null::text, channel_id
    from evidence where provider_id = ${providerId} and state = 'unmatched' and seen_at_ms is null`,
};

export const unreadForReview: ReviewCause<"unread"> = {
  kinds: ["unread"],
  rows: ({
    providerId,
  }) => sql`select 'unread', source || '/' || what, what || ' (' || times || ')', null::bigint, null::text,
      null::text, last_at_ms, null::text, null::text, (select e.channel_id from evidence e
        where e.provider_id = unread_evidence.provider_id and e.evidence_id = unread_evidence.evidence_id)
    from unread_evidence where provider_id = ${providerId} and seen_at_ms is null`,
};
