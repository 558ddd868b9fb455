/** Batches that were not made. */
import { sql } from "kysely";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";

export const batchesWaiting = {
  "batches-failed": {
    permission: "vouchers.read",
    rows: ({ providerId }) => sql`from voucher_batches where provider_id = ${providerId} and state = 'failed'`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;
