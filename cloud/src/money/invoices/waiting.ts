/** Invoices that are overdue. */
import { sql } from "kysely";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";

export const invoicesWaiting = {
  "invoices-overdue": {
    permission: "ledger.read",
    rows: ({ providerId, today }) =>
      sql`from invoices where provider_id = ${providerId} and state = 'issued' and due_on < ${today}::date`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;
