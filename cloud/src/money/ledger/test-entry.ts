/** An entry of the books as it was written once, for tests that begin after it. */
import type { Tx } from "../../ground/db/database.ts";

export async function insertEntry(
  tx: Tx,
  of: {
    providerId: string;
    entryId: string;
    kind: string;
    accounts: readonly [to: string, from: string];
    cents: number;
  },
): Promise<void> {
  const { providerId, entryId, kind, accounts, cents } = of;
  await tx
    .insertInto("ledger_entries")
    .values({ providerId, entryId, entryKey: entryId, kind, atMs: 1 } as never)
    .execute();
  const postings = accounts.map((account, line) => ({
    ...{ providerId, entryId, line, account, party: null, currency: "KES" },
    amountCents: line === 0 ? cents : -cents,
  }));
  await tx.insertInto("ledger_postings").values(postings).execute();
}
