/** Cash that a customer paid for lines, bills and credit: it has no channel's receipt, and so stands in no list of receipts. */
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";

export interface CashPaid {
  readonly amountCents: number;
  readonly currency: string;
  readonly atMs: number;
  /** It went into the customer's credit; else it paid for something at once. */
  readonly isCredit: boolean;
}

/** The newest first, before a time; at most so many. */
export async function cashOfCustomer(
  tx: Tx,
  {
    providerId,
    party,
    beforeMs,
    rowsMax,
  }: { providerId: string; party: Party; beforeMs: number | null; rowsMax: number },
): Promise<CashPaid[]> {
  const { rows } = await sql<{ cents: number | string; currency: string; at: number | string; isCredit: boolean }>`
    select m.amount_cents as cents, m.currency, m.at_ms as at, m.kind = 'credit' as "isCredit" from money_received m
    where m.provider_id = ${providerId} and m.channel_id = 'cash' and m.receipt is null and m.amount_cents > 0
      and m.movement = 'received' and (${beforeMs}::bigint is null or m.at_ms < ${beforeMs}::bigint)
      and m.entry_id in (
        select entry_id from document_charges
          where provider_id = ${providerId} and party = ${party} and entry_id is not null
        union select entry_id from ledger_postings
          where provider_id = ${providerId} and account in ('credit', 'debts') and party = ${party})
    order by m.at_ms desc limit ${rowsMax}`.execute(tx);
  return rows.map(({ cents, at, ...paid }) => ({ ...paid, amountCents: Number(cents), atMs: Number(at) }));
}
