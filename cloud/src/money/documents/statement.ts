/**
 * A statement of account: what a customer had at the beginning, each thing that changed it, and what is left. Read from the books, so its end is
 * what the books say: credit less debts, in each currency. What was paid for in cash never was credit: it stands as an invoice and its payment.
 */
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { receiptIn } from "../ledger/receipt-in-key.ts";

export interface StatementRow {
  readonly entryId: string;
  readonly atMs: number;
  /** The entry's kind; `invoice`: what was paid for in cash. */
  readonly kind: string;
  /** The document of it; null: it has none (yet). */
  readonly documentId: string | null;
  readonly number: string | null;
  /** Of the payment or receipt; null: none. */
  readonly reference: string | null;
  /** Above zero: the customer has more. */
  readonly amountCents: number;
  readonly balanceCents: number;
}

export interface Statement {
  readonly currency: string;
  readonly openingCents: number;
  readonly rows: readonly StatementRow[];
  readonly closingCents: number;
}

/** A page of paper has some forty; a longer time is asked for in parts. */
const rowsMax = 2000;

/** One for each currency in which the customer ever had anything. Below zero: the customer owes. Throws Problem 422 where it is too long. */
export async function readStatements(
  tx: Tx,
  { providerId, party, fromMs, untilMs }: { providerId: string; party: Party; fromMs: number; untilMs: number },
): Promise<Statement[]> {
  const { rows } = await sql<{
    entryId: string;
    atMs: number | string;
    kind: string;
    entryKey: string;
    currency: string;
    cents: number | string;
    atOnce: boolean;
    documentId: string | null;
    number: string | null;
    reference: string | null;
  }>`
    select e.entry_id as "entryId", e.at_ms as "atMs", e.kind, e.entry_key as "entryKey", p.currency, p.cents, p.at_once as "atOnce",
      d.document_id as "documentId", d.number_text as number, i.reference
    from (
      select entry_id, currency, (0 - sum(amount_cents))::bigint as cents, false as at_once from ledger_postings
      where provider_id = ${providerId} and party = ${party} and account in ('credit', 'debts')
      group by entry_id, currency having sum(amount_cents) <> 0
      union all
      select c.entry_id, p.currency, sum(p.amount_cents)::bigint, true from document_charges c
      join ledger_postings p on p.provider_id = c.provider_id and p.entry_id = c.entry_id and p.account = 'cash'
      where c.provider_id = ${providerId} and c.party = ${party} and c.total_cents > 0
      group by c.entry_id, p.currency having sum(p.amount_cents) > 0
    ) p
    join ledger_entries e on e.provider_id = ${providerId} and e.entry_id = p.entry_id
    left join document_charges c on c.provider_id = ${providerId} and c.entry_id = e.entry_id
    left join documents d on d.provider_id = ${providerId} and d.document_id = c.document_id
    left join purchases i on i.provider_id = ${providerId} and i.purchase_id = e.purchase_id
    where e.at_ms < ${untilMs}::bigint
    order by e.at_ms, e.entry_id, p.at_once`.execute(tx);
  const byCurrency = Map.groupBy(rows, (row) => row.currency);
  return [...byCurrency.keys()].toSorted().map((currency) => {
    let balanceCents = 0;
    let openingCents = 0;
    const listed: StatementRow[] = [];
    for (const row of byCurrency.get(currency) ?? []) {
      const [amountCents, atMs] = [Number(row.cents), Number(row.atMs)];
      if (!row.atOnce) balanceCents += amountCents;
      if (atMs < fromMs) {
        openingCents = balanceCents;
        continue;
      }
      const { entryId, kind, documentId, number } = row;
      const told = { entryId, atMs, reference: row.reference ?? receiptIn(row.entryKey) };
      if (!row.atOnce) {
        listed.push({ ...told, kind, documentId, number, amountCents, balanceCents });
        continue;
      }
      const owed = { kind: "invoice", amountCents: -amountCents, balanceCents: balanceCents - amountCents };
      listed.push({ ...told, ...owed, documentId, number });
      listed.push({ ...told, kind, documentId: null, number: null, amountCents, balanceCents });
    }
    if (listed.length > rowsMax) throw refusal("too-many-rows", { rule: "statement-rows", value: rowsMax });
    return { currency, openingCents, rows: listed, closingCents: balanceCents };
  });
}
