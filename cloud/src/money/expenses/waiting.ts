/** Expenses that the till did not hold. */
import { sql } from "kysely";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";

export const expensesWaiting = {
  "expenses-above-till": {
    permission: "ledger.read",
    rows: ({ providerId }) => sql`from expenses where provider_id = ${providerId} and short_cents > 0
      and looked_at_ms is null and voided_entry_id is null`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;
