/** People who press twice: the same key is the same entry, and changes nothing the second time. */
import type { Tx } from "../db/database.ts";
import { Problem } from "../http/problem.ts";
import type { LedgerEntry } from "./entries.ts";

/** False: it is still to be posted. Throws a Problem 409 where the key stands for another account, amount or currency. */
export async function wasPosted(tx: Tx, providerId: string, entry: LedgerEntry): Promise<boolean> {
  const same = await tx
    .selectFrom("ledger_entries")
    .innerJoin("ledger_postings", (join) =>
      join
        .onRef("ledger_postings.provider_id", "=", "ledger_entries.provider_id")
        .onRef("ledger_postings.entry_id", "=", "ledger_entries.entry_id"),
    )
    .select(["ledger_postings.account", "ledger_postings.amount_cents", "ledger_postings.currency"])
    .where("ledger_entries.provider_id", "=", providerId)
    .where("entry_key", "=", entry.entryKey)
    .execute();
  if (same.length === 0) return false;
  const fits = entry.lines.every(({ account, amountCents, currency }) =>
    same.some((row) => row.account === account && row.amount_cents === amountCents && row.currency === currency),
  );
  if (fits) return true;
  throw new Problem(409, "key-reused", "Idempotency-Key: it was used for another request.", {
    field: "Idempotency-Key",
  });
}
