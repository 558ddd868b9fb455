/**
 * A statement of account: what a customer had at the beginning, each thing that changed it, and what is left. Read from the books, so its end is
 * what the books say: credit less debts, in each currency. What was paid for in cash never was credit: it stands as an invoice and its payment.
 * Credit and debts are a number's. Those of a number that the customer had before are told up to the change, and then stay with that number: a row
 * says so. Only a number under which something was charged to this customer: one that was mistyped and corrected is a stranger's.
 */
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal } from "../../ground/http/problem.ts";
import { receiptIn } from "../ledger/receipt-in-key.ts";

export interface StatementRow {
  /** Of `number-changed`: no entry, and empty. */
  readonly entryId: string;
  readonly atMs: number;
  /** The entry's kind; `invoice`: what was paid for in cash; `number-changed`: what stayed with the number that the customer had before. */
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

interface BookedRow {
  readonly entryId: string;
  readonly atMs: number | string;
  readonly kind: string;
  readonly entryKey: string;
  readonly currency: string;
  readonly cents: number | string;
  readonly atOnce: boolean;
  /** Until when the customer had the number whose money it is; null: still, or it is nobody's credit. */
  readonly heldUntilMs: number | string | null;
  readonly documentId: string | null;
  readonly number: string | null;
  readonly reference: string | null;
}

/** For each number that was given up, what it had then: the customer's no more. Pure. */
function leftBehind(rows: readonly BookedRow[], untilMs: number): BookedRow[] {
  const given = rows.filter(({ heldUntilMs }) => heldUntilMs !== null && Number(heldUntilMs) < untilMs);
  const groups = Map.groupBy(given, ({ heldUntilMs, currency }) => `${heldUntilMs} ${currency}`).values();
  return [...groups].flatMap((of): BookedRow[] => {
    const [{ currency, heldUntilMs }] = of as [BookedRow];
    const cents = 0 - of.reduce((sum, row) => sum + Number(row.cents), 0);
    const none = {
      entryId: "",
      entryKey: "",
      atOnce: false,
      heldUntilMs,
      documentId: null,
      number: null,
      reference: null,
    };
    return cents === 0 ? [] : [{ ...none, atMs: heldUntilMs ?? 0, kind: "number-changed", currency, cents }];
  });
}

/** One for each currency in which the customer ever had anything. Below zero: the customer owes. Throws Problem 422 where it is too long. */
export async function readStatements(
  tx: Tx,
  {
    providerId,
    customerId,
    party,
    fromMs,
    untilMs,
  }: { providerId: string; customerId: string; party: Party | null; fromMs: number; untilMs: number },
): Promise<Statement[]> {
  const { rows } = await sql<BookedRow>`
    with held as (
      select ${party}::text as party, null::bigint as until_ms where ${party}::text is not null
      union all
      select n.phone_hash, max(n.until_ms) from customer_numbers n
      where n.provider_id = ${providerId} and n.customer_id = ${customerId} and n.phone_hash is distinct from ${party}
        and exists (select from document_charges c where c.provider_id = n.provider_id and c.party = n.phone_hash and c.customer_id = n.customer_id)
      group by 1
    )
    select e.entry_id, e.at_ms, e.kind, e.entry_key, p.currency, p.cents, p.at_once,
      p.held_until_ms, d.document_id, d.number_text as number, i.reference
    from (
      select entry_id, currency, (0 - sum(amount_cents))::bigint as cents, false as at_once, held.until_ms as held_until_ms
      from ledger_postings join held on held.party = ledger_postings.party
      where provider_id = ${providerId} and account in ('credit', 'debts')
      group by entry_id, currency, held.until_ms having sum(amount_cents) <> 0
      union all
      select c.entry_id, p.currency, sum(p.amount_cents)::bigint, true, null from document_charges c
      join ledger_postings p on p.provider_id = c.provider_id and p.entry_id = c.entry_id and p.account = 'cash'
      where c.provider_id = ${providerId} and c.total_cents > 0
        and (c.customer_id = ${customerId} or c.customer_id is null and c.party = ${party})
      group by c.entry_id, p.currency having sum(p.amount_cents) > 0
    ) p
    join ledger_entries e on e.provider_id = ${providerId} and e.entry_id = p.entry_id
    left join document_charges c on c.provider_id = ${providerId} and c.entry_id = e.entry_id
    left join documents d on d.provider_id = ${providerId} and d.document_id = c.document_id
    left join purchases i on i.provider_id = ${providerId} and i.purchase_id = e.purchase_id
    where e.at_ms < ${untilMs}::bigint and (p.held_until_ms is null or e.at_ms < p.held_until_ms)
    order by e.at_ms, e.entry_id, p.at_once`.execute(tx);
  const moved = [...rows, ...leftBehind(rows, untilMs)].toSorted((one, other) => Number(one.atMs) - Number(other.atMs));
  const byCurrency = Map.groupBy(moved, (row) => row.currency);
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
