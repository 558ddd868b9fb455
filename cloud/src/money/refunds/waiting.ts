/** Refunds that need a person. */
import { sql } from "kysely";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";

const hourMs = 3_600_000;

export const refundsWaiting = {
  "refunds-to-decide": {
    permission: "payments.read",
    rows: ({ providerId }) =>
      sql`from refunds where provider_id = ${providerId} and resolution is null and state = 'asked'`,
  },
  "refunds-failed": {
    permission: "payments.read",
    rows: ({ providerId, nowMs }) => sql`from refunds where provider_id = ${providerId} and resolution is null
      and (state in ('unknown', 'failed', 'returned') or (state = 'sent' and changed_at_ms < ${nowMs - hourMs}::bigint))`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;
