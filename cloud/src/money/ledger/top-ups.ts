/** Credit that a customer paid in by hand. */
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { LedgerAccount } from "./accounts.ts";
import { floatCashKey } from "./cash-by-hand.ts";

/** A top-up in the books: whose, and how much; null: the entry is none. */
export async function readTopUp(
  tx: Tx,
  providerId: string,
  entryId: string,
): Promise<{ readonly party: Party; readonly amountCents: number; readonly currency: string } | null> {
  const line = await tx
    .selectFrom("ledger_entries as e")
    .innerJoin("ledger_postings as p", (join) =>
      join.onRef("p.providerId", "=", "e.providerId").onRef("p.entryId", "=", "e.entryId"),
    )
    .select(["p.party", "p.amountCents", "p.currency"])
    .where("e.providerId", "=", providerId)
    .where("e.entryId", "=", entryId)
    .where("e.kind", "=", "top-up")
    .where("p.account", "=", "credit")
    .executeTakeFirst();
  if (line === undefined || line.party === null) return null;
  return { party: line.party, amountCents: 0 - line.amountCents, currency: line.currency };
}

/** Who has a float has the cash on it (`ledger/cash-by-hand.ts`). */
export async function placeOfTopUp(tx: Tx, providerId: string, entryId: string): Promise<LedgerAccount> {
  const line = await tx
    .selectFrom("ledger_entries as top_up")
    .innerJoin("ledger_entries as onto", (join) =>
      join
        .onRef("onto.providerId", "=", "top_up.providerId")
        .on("onto.entryKey", "=", sql<string>`${floatCashKey("")} || top_up.entry_key`),
    )
    .innerJoin("ledger_postings as p", (join) =>
      join.onRef("p.providerId", "=", "onto.providerId").onRef("p.entryId", "=", "onto.entryId"),
    )
    .select("p.account")
    .where("top_up.providerId", "=", providerId)
    .where("top_up.entryId", "=", entryId)
    .where("p.account", "like", "float:%")
    .executeTakeFirst();
  return (line?.account as LedgerAccount | undefined) ?? "cash";
}
