/** Corrections of the books that somebody must decide. */
import { sql } from "kysely";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";

export const correctionsWaiting = {
  "corrections-to-decide": {
    permission: "ledger.read",
    rows: ({ providerId }) => sql`from corrections where provider_id = ${providerId} and state = 'asked'`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;
