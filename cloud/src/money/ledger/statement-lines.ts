import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";

/**
 * The postings of one account, or of one party's part of it, each with what stood there after it. That is summed up before a page is cut out, so that it is
 * the balance of the books.
 */
export const statementLines = (
  tx: Tx,
  {
    providerId,
    account,
    currency,
    party,
  }: {
    readonly providerId: string;
    readonly account: string;
    readonly currency: string;
    readonly party: Party | null;
  },
) =>
  tx
    .selectFrom("ledger_postings as p")
    .innerJoin("ledger_entries as e", (join) =>
      join.onRef("e.providerId", "=", "p.providerId").onRef("e.entryId", "=", "p.entryId"),
    )
    .select(["p.entryId", "p.line", "e.entryKey", "e.kind", "e.purchaseId", "e.atMs", "p.amountCents"])
    .select(sql<number>`sum(p.amount_cents) over (order by p.entry_id, p.line)::bigint`.as("balanceCents"))
    .where("p.providerId", "=", providerId)
    .where("p.account", "=", account)
    .where("p.currency", "=", currency)
    .$if(party !== null, (is) => is.where("p.party", "=", party as Party));
