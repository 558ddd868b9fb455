/** Differences between a statement and the books. */
import { sql } from "kysely";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";

export const differencesWaiting = {
  differences: {
    permission: "ledger.read",
    rows: ({ providerId }) =>
      sql`from statement_differences where provider_id = ${providerId} and resolved_at_ms is null`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;
