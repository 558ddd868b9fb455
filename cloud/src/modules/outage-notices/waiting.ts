/** Outages that somebody must decide about. */
import { sql } from "kysely";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";

export const outagesWaiting = {
  "outages-to-decide": {
    permission: "messages.read",
    rows: ({ providerId }) => sql`from outages where provider_id = ${providerId} and state = 'found'`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;
