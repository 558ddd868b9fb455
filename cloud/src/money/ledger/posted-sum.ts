/** What entries have posted: for what the books alone remember. */
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import type { LedgerAccount } from "./accounts.ts";

/** Of one payment's entries whose keys begin so, minor units; debit positive. */
export async function postedSum(
  tx: Tx,
  of: { readonly providerId: string; readonly purchaseId: string; readonly keyBegins: string },
  account: LedgerAccount,
): Promise<number> {
  const row = await tx
    .selectFrom("ledger_entries")
    .innerJoin("ledger_postings", (join) =>
      join
        .onRef("ledger_postings.providerId", "=", "ledger_entries.providerId")
        .onRef("ledger_postings.entryId", "=", "ledger_entries.entryId"),
    )
    .select((select) => select.fn.sum<number | null>("amountCents").as("sum"))
    .where("ledger_entries.providerId", "=", of.providerId)
    .where("purchaseId", "=", of.purchaseId)
    .where(sql<boolean>`starts_with(entry_key, ${of.keyBegins})`)
    .where("account", "=", account)
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}

/** Of one entry, minor units; debit positive. */
export async function postedBy(
  tx: Tx,
  { providerId, entryId }: { readonly providerId: string; readonly entryId: string },
  account: LedgerAccount,
): Promise<number> {
  const row = await tx
    .selectFrom("ledger_postings")
    .select((select) => select.fn.sum<number | null>("amountCents").as("sum"))
    .where("providerId", "=", providerId)
    .where("entryId", "=", entryId)
    .where("account", "=", account)
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}
