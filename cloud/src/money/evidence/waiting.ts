/** What channels said and nothing of ours matches. */
import { sql } from "kysely";
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
