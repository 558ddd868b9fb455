/**
 * How the list of money received agrees with the books, currency by currency. Each entry sums to zero, so what came in from customers has two
 * equal sides: where it lies now or what it was paid out for, and what it is called. The first is compared with channels, till and sellers,
 * the second with the report of revenue.
 */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { LedgerAccount } from "../ledger/accounts.ts";

/** The first nine say where the money lies, or what was paid out of it; the last six what it is called. */
const parts = [
  /** What channels hold more. */
  "channelsCents",
  /** What is in the office's till more. */
  "tillCents",
  /** Cash of printed vouchers that nobody has handed in: their batches answer for it. */
  "vouchersCents",
  /** What sellers and resellers have more, of cash that they have not handed in. */
  "sellersCents",
  "commissionCents",
  "feesCents",
  "expensesCents",
  /** Left channels for the bank; and what channels held before their books began, which nobody paid in this time. */
  "bankCents",
  /** Paid to owners of venues. */
  "venuesCents",
  /** As the report of revenue has it: after discounts, with what is not proved yet. */
  "revenueCents",
  /** Below zero. */
  "refundsCents",
  /** Customers' credit: no revenue before it is spent. */
  "creditCents",
  "depositsCents",
  /** Nobody knows yet whose it is. */
  "suspenseCents",
  /** Debts that were paid, less new ones. */
  "debtsCents",
] as const;
type Part = (typeof parts)[number];

type NameOf<Account> = Account extends `${infer Name}:${string}` ? Name : Account;

/** By the account's name before the colon. Which of the two sides it is on, the database knows alone: `karibu_names_money`. */
const partOf: Readonly<Record<NameOf<LedgerAccount>, Part>> = {
  clearing: "channelsCents",
  unreceipted: "channelsCents",
  cash: "tillCents",
  paper: "vouchersCents",
  float: "sellersCents",
  commission: "commissionCents",
  fees: "feesCents",
  expenses: "expensesCents",
  "to-bank": "bankCents",
  opening: "bankCents",
  venue: "venuesCents",
  "venue-shares": "venuesCents",
  revenue: "revenueCents",
  discounts: "revenueCents",
  pending: "revenueCents",
  refunds: "refundsCents",
  credit: "creditCents",
  deposits: "depositsCents",
  suspense: "suspenseCents",
  debts: "debtsCents",
  "write-offs": "debtsCents",
  "taken-over": "debtsCents",
};

export const receivedBooks = z.object({
  currency: z.string(),
  /** All of the list in this time; the sum of the first nine, and of the last six. */
  receivedCents: z.int(),
  ...(Object.fromEntries(parts.map((part) => [part, z.int()])) as Record<Part, z.ZodInt>),
});

export async function readBooks(
  tx: Tx,
  providerId: string,
  {
    fromMs = 0,
    untilMs = Number.MAX_SAFE_INTEGER,
  }: { readonly fromMs?: number | undefined; readonly untilMs?: number | undefined },
): Promise<z.input<typeof receivedBooks>[]> {
  // What money is called grows by credit, which is below zero in the books.
  const { rows } = await sql<{ account: NameOf<LedgerAccount>; currency: string; cents: number | string }>`
    select split_part(p.account, ':', 1) as account, p.currency,
      sum(case when karibu_names_money(p.account) then 0 - p.amount_cents else p.amount_cents end)::bigint as cents
    from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
    where e.provider_id = ${providerId} and e.at_ms >= ${fromMs}::bigint and e.at_ms < ${untilMs}::bigint
    group by 1, p.currency order by p.currency`.execute(tx);
  const { rows: listed } = await sql<{ currency: string; cents: number | string }>`
    select currency, sum(amount_cents)::bigint as cents from money_received
    where provider_id = ${providerId} and at_ms >= ${fromMs}::bigint and at_ms < ${untilMs}::bigint
    group by currency`.execute(tx);
  const received = new Map(listed.map((row) => [row.currency, Number(row.cents)]));
  return [...Map.groupBy(rows, (row) => row.currency)].map(([currency, accounts]) => {
    const sums = new Map<Part, number>(parts.map((part) => [part, 0]));
    for (const { account, cents } of accounts)
      sums.set(partOf[account], (sums.get(partOf[account]) ?? 0) + Number(cents));
    return {
      currency,
      receivedCents: received.get(currency) ?? 0,
      ...(Object.fromEntries(sums) as Record<Part, number>),
    };
  });
}
