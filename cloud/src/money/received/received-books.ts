/**
 * How the list of money received agrees with the books, currency by currency. Each entry sums to zero, so what came in from customers has two
 * equal sides: where it lies now or what it was paid out for, and what it is called. The first is compared with channels, till and sellers,
 * the second with the report of revenue.
 */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";

/** Where the money lies, or what was paid out of it, by accounts of the books. */
const places = {
  /** What channels hold more. */
  channelsCents: ["clearing", "unreceipted"],
  /** What is in the office's till more. */
  tillCents: ["cash"],
  /** Cash of printed vouchers that nobody has handed in: their batches answer for it. */
  vouchersCents: ["paper"],
  /** What sellers and resellers have more, of cash that they have not handed in. */
  sellersCents: ["float"],
  commissionCents: ["commission"],
  feesCents: ["fees"],
  expensesCents: ["expenses"],
  /** Left channels for the bank; and what channels held before their books began, which nobody paid in this time. */
  bankCents: ["to-bank", "opening"],
  /** Paid to owners of venues. */
  venuesCents: ["venue", "venue-shares"],
} as const;

/** What the money is called. Revenue is as the report of revenue has it: after discounts, with what is not proved yet. */
const names = {
  revenueCents: ["revenue", "discounts", "pending"],
  /** Below zero. */
  refundsCents: ["refunds"],
  /** Customers' credit: no revenue before it is spent. */
  creditCents: ["credit"],
  depositsCents: ["deposits"],
  /** Nobody knows yet whose it is. */
  suspenseCents: ["suspense"],
  /** Debts that were paid, less new ones. */
  debtsCents: ["debts", "write-offs", "taken-over"],
} as const;

type Part = keyof typeof places | keyof typeof names;
const parts = Object.keys({ ...places, ...names }) as Part[];

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
  const { rows } = await sql<{ account: string; currency: string; cents: number | string }>`
    select split_part(p.account, ':', 1) as account, p.currency, sum(p.amount_cents)::bigint as cents
    from ledger_entries e join ledger_postings p on p.provider_id = e.provider_id and p.entry_id = e.entry_id
    where e.provider_id = ${providerId} and e.at_ms >= ${fromMs}::bigint and e.at_ms < ${untilMs}::bigint
    group by 1, p.currency order by p.currency`.execute(tx);
  const { rows: listed } = await sql<{ currency: string; cents: number | string }>`
    select currency, sum(amount_cents)::bigint as cents from money_received
    where provider_id = ${providerId} and at_ms >= ${fromMs}::bigint and at_ms < ${untilMs}::bigint
    group by currency`.execute(tx);
  const received = new Map(listed.map((row) => [row.currency, Number(row.cents)]));
  return [...Map.groupBy(rows, (row) => row.currency)].map(([currency, accounts]) => {
    const sumOf = (wanted: readonly string[]) =>
      accounts.reduce((sum, { account, cents }) => (wanted.includes(account) ? sum + Number(cents) : sum), 0);
    const grown = (side: Readonly<Record<string, readonly string[]>>, sign: 1 | -1) =>
      Object.fromEntries(Object.entries(side).map(([part, wanted]) => [part, 0 + sign * sumOf(wanted)]));
    return {
      currency,
      receivedCents: received.get(currency) ?? 0,
      ...(grown(places, 1) as Record<keyof typeof places, number>),
      ...(grown(names, -1) as Record<keyof typeof names, number>),
    };
  });
}
