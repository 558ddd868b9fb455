/** What customers used of resellers' vouchers is booked, and of refunded ones the commission goes back: for all providers, one after the other. */
import type { Database } from "../../ground/db/database.ts";
import { eachInTurn } from "../../ground/jobs/each-in-turn.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { bookUsed, type ResellerParts } from "./hand-overs.ts";
import { takeBackCommissions } from "./take-back-commission.ts";

const everyMs = 5 * 60_000;

export function bookUsedJob(
  parts: Pick<ResellerParts, "world" | "ledger"> & { readonly database: Database },
): MaintenanceJob {
  return {
    name: "book-used-vouchers",
    everyMs,
    async run() {
      const providers = await parts.database.asPlatform("book-used-vouchers", (tx) =>
        tx.selectFrom("resellers").select("providerId").distinct().execute(),
      );
      const booked = await eachInTurn(parts.world, "book-used-vouchers", providers, ({ providerId }) =>
        parts.database.asProvider(providerId, async (tx) => {
          const used = await bookUsed(parts, tx, providerId);
          await takeBackCommissions(parts, tx, providerId);
          return used;
        }),
      );
      return `${booked} vouchers of resellers were used`;
    },
  };
}
