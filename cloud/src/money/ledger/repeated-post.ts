/** A repeated request: the same key is the same entry, and changes nothing the second time. */
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { LedgerEntry } from "./entries.ts";

/**
 * False: it is still to be posted. Throws a Problem 409 where its key stands for another account, party, amount or currency.
 */
export async function wasPosted(tx: Tx, providerId: string, entry: LedgerEntry): Promise<boolean> {
  const same = await tx
    .selectFrom("ledger_entries")
    .innerJoin("ledger_postings", (join) =>
      join
        .onRef("ledger_postings.providerId", "=", "ledger_entries.providerId")
        .onRef("ledger_postings.entryId", "=", "ledger_entries.entryId"),
    )
    .select(["account", "party", "amountCents", "currency"])
    .where("ledger_entries.providerId", "=", providerId)
    .where("entryKey", "=", entry.entryKey)
    .execute();
  if (same.length === 0) return false;
  const fits = entry.postings.every(({ account, party, amountCents, currency }) =>
    same.some(
      (row) =>
        row.account === account &&
        row.amountCents === amountCents &&
        row.currency === currency &&
        (party === undefined || row.party === party),
    ),
  );
  if (fits) return true;
  throw refusal("key-reused", { field: "Idempotency-Key" });
}
