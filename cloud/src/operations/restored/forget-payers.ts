/**
 * After a restore, channels tell again of what the hub lost: who paid among it. It is booked with all that was told, as ever; of whom the restore erased
 * again, number and name go from the rows when it is judged. What they paid after the erasure is of a new customer, and stays.
 */
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";
import { forgetTexts } from "../../money/evidence/evidence-rows.ts";
import { forgetReceivers } from "../../money/purchases/message-phone.ts";
import { forgetPayers } from "../../money/receipts/forget-payers.ts";
import { forgetLinePayers } from "../../money/reconciliation/forget-payers.ts";

export function forgetPayersJob(database: Database): MaintenanceJob {
  return {
    name: "forget-payers-again",
    everyMs: 60_000,
    hasWork: () => sql<boolean>`exists (select from erased_again) or exists (select from erased_grants)`,
    async run() {
      const count = await database.asPlatform("forget-payers-again", forgetAll);
      return count === 0 ? "nothing" : `${count} receipts`;
    },
  };
}

async function forgetAll(tx: Tx): Promise<number> {
  const marks = await tx.selectFrom("erased_again").select(["providerId", "mark", "erasedAtMs"]).execute();
  const payers = marks.map((row) => ({
    providerId: row.providerId,
    party: row.mark as Party,
    erasedAtMs: row.erasedAtMs,
  }));
  const bought = await tx
    .selectFrom("erased_grants")
    .innerJoin("grants", (join) =>
      join
        .onRef("grants.providerId", "=", "erased_grants.providerId")
        .onRef("grants.grantId", "=", "erased_grants.grantId"),
    )
    .select(["grants.providerId", "grants.purchaseId as name"])
    .distinct()
    .where("grants.purchaseId", "is not", null)
    .$narrowType<{ name: string }>()
    .execute();
  const receipts = await forgetPayers(tx, payers, bought);
  await forgetReceivers(tx, payers);
  await forgetTexts(tx, { receipts, purchases: bought });
  await forgetLinePayers(tx, receipts);
  return receipts.length;
}
