/** Money of which nobody knows whose it is. */
import { sql } from "kysely";
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
