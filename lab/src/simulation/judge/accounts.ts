/**
 * LEDGER-ZERO of each account: what stands in it is what the story made of it, and an account of which no story makes anything is empty. What customers have,
 * paid and got back stands beside these, so no cent of theirs can be missing either.
 */
import type { HubBooks, Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

/** Customers' money, and what it became, is judged by each purchase and receipt; what the channel holds, by its receipts and statements. */
const judgedElsewhere = new Set([
  "clearing",
  "unreceipted",
  "revenue",
  "pending",
  "credit",
  "debts",
  "refunds",
  "fees",
  "to-bank",
]);

export function accounts({ chronicle: { facts } }: History): Violation[] {
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const broken = (what: string): Violation => ({ invariant: "LEDGER-ZERO", atMs, what });
    const right = rightSums(books);
    const booked = new Map<string, number>();
    for (const { account, amountCents } of books.entries.flatMap(({ postings }) => postings))
      booked.set(account, (booked.get(account) ?? 0) + amountCents);
    const named = [...booked.keys(), ...right.keys()].filter((each) => !judgedElsewhere.has(each.split(":")[0] ?? ""));
    const wrong = [...new Set(named)].flatMap((account) => {
      const [there, due] = [booked.get(account) ?? 0, right.get(account) ?? 0];
      return there === due ? [] : [broken(`account ${account} has ${there}, and ${due} is right`)];
    });
    return [...wrong, ...overdrawn(books).map(broken)];
  });
}

/** Debit positive. */
function rightSums({ sellers, cashSales, lines, refunds = [], receipts, entries }: HubBooks): Map<string, number> {
  const sum = (amounts: readonly number[]): number => amounts.reduce((total, cents) => total + cents, 0);
  const handedIn = sum(sellers.map(({ handedInCents }) => handedInCents));
  const ofLines = sum(
    lines.flatMap(({ log }) => log.map(({ what, amountCents }) => (what === "renewed" ? (amountCents ?? 0) : 0))),
  );
  const inCash = sum(refunds.map(({ method, amountCents }) => (method === "cash" ? amountCents : 0)));
  // Each voucher's own sale MONEY-ONCE judges by its revenue: what is there was taken for it by whoever has its batch.
  const paper = entries.flatMap(({ key, postings }) =>
    key.startsWith("voucher-sale:")
      ? [
          {
            batch: `paper:${key.split(/[:.]/)[1]}`,
            cents: -sum(postings.flatMap(({ account, amountCents }) => (account === "revenue" ? [amountCents] : []))),
          },
        ]
      : [],
  );
  return new Map([
    ["cash", handedIn + ofLines - inCash],
    ["commission", sum(cashSales.map(({ commissionCents }) => commissionCents))],
    [
      "suspense",
      -sum(
        receipts.map(({ suspenseCents, state }) => (state === "reversed" || state === "disproved" ? 0 : suspenseCents)),
      ),
    ],
    ...sellers.map(({ seller, handedInCents }): [string, number] => [
      `float:${seller}`,
      sum(cashSales.map((sale) => (sale.seller === seller ? sale.priceCents - sale.commissionCents : 0))) -
        handedInCents,
    ]),
    ...[...Map.groupBy(paper, ({ batch }) => batch)].map(([batch, sales]): [string, number] => [
      batch,
      sum(sales.map(({ cents }) => cents)),
    ]),
  ]);
}

/** Nobody spends more than they have, and what is credit or debt is somebody's. */
function overdrawn({ entries }: HubBooks): string[] {
  const sums = new Map<string, number>();
  for (const { account, party, amountCents } of entries.flatMap(({ postings }) => postings))
    if ((account === "credit" || account === "debts") && party !== undefined)
      sums.set(`${account} of ${party}`, (sums.get(`${account} of ${party}`) ?? 0) + amountCents);
  return [...sums].flatMap(([whose, cents]) =>
    (whose.startsWith("credit") ? cents > 0 : cents < 0) || (whose.endsWith(" of null") && cents !== 0)
      ? [`${whose} is ${cents}`]
      : [],
  );
}
