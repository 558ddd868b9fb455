/**
 * LEDGER-ZERO: each entry sums to nought; what stands in an account is what the story made of it, and an account of which no story makes anything is
 * empty; and nobody spends more than they have. What customers have, paid and got back stands beside these accounts, so no cent of theirs can be missing
 * either: whether it is sold, owed or given back MONEY-ONCE judges by each purchase and receipt.
 */
import type { HubBooks, Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

type Posting = HubBooks["entries"][number]["postings"][number];

/** Money that is no longer there: it went back, or was never there. */
const gone = new Set(["reversed", "disproved"]);

/** What the channel holds for the provider; of some of it no receipt has come yet. */
const channel = "clearing and unreceipted";
const nameOf = (account: string): string => (/^(clearing|unreceipted):/.test(account) ? channel : account);

/** Customers' money and what it became; and what the channel's own statements say, which BANK-ZERO judges. */
const judgedElsewhere = new Set(["revenue", "pending", "credit", "debts", "refunds", "fees", "to-bank"]);

export function ledgerZero({ chronicle: { facts } }: History): Violation[] {
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const uneven = books.entries.flatMap(({ key, postings }) =>
      centsOf(postings) === 0 ? [] : [`entry ${key} sums to ${centsOf(postings)}`],
    );
    const booked = sumsBy(books, ({ account }) => nameOf(account));
    const right = rightSums(books, booked);
    const wrong = [...new Set([...booked.keys(), ...right.keys()])].flatMap((account) => {
      const [there, due] = [booked.get(account) ?? 0, right.get(account) ?? 0];
      return there === due || judgedElsewhere.has(account)
        ? []
        : [`${account} has ${there} by the ledger, and ${due} is right`];
    });
    return [...uneven, ...wrong, ...overdrawn(books)].map((what) => ({ invariant: "LEDGER-ZERO", atMs, what }));
  });
}

const sum = (amounts: readonly number[]): number => amounts.reduce((total, cents) => total + cents, 0);
const centsOf = (postings: readonly Posting[]): number => sum(postings.map(({ amountCents }) => amountCents));

function sumsBy({ entries }: HubBooks, nameOf: (posting: Posting) => string): Map<string, number> {
  const named = Map.groupBy(
    entries.flatMap(({ postings }) => postings),
    nameOf,
  );
  return new Map([...named].map(([name, postings]) => [name, centsOf(postings)]));
}

/** Debit positive. */
function rightSums(books: HubBooks, booked: ReadonlyMap<string, number>): Map<string, number> {
  const { sellers, cashSales, lines, refunds = [], receipts } = books;
  const standing = receipts.filter(({ state }) => !gone.has(state));
  const handedIn = sum(sellers.map(({ handedInCents }) => handedInCents));
  const renewed = lines.flatMap(({ log }) => log.filter(({ what }) => what === "renewed"));
  const inCash = refunds.filter(({ method }) => method === "cash");
  return new Map([
    [channel, ofChannel(books) - (booked.get("fees") ?? 0) - (booked.get("to-bank") ?? 0)],
    ["suspense", -sum(standing.map(({ suspenseCents }) => suspenseCents))],
    [
      "cash",
      handedIn +
        sum(renewed.map(({ amountCents }) => amountCents ?? 0)) -
        sum(inCash.map(({ amountCents }) => amountCents)),
    ],
    ["commission", sum(cashSales.map(({ commissionCents }) => commissionCents))],
    ...sellers.map(({ seller, handedInCents }): [string, number] => {
      const own = cashSales.filter((sale) => sale.seller === seller);
      return [
        `float:${seller}`,
        sum(own.map(({ priceCents, commissionCents }) => priceCents - commissionCents)) - handedInCents,
      ];
    }),
    ...takenForPaper(books),
  ]);
}

/** Without what it paid out; by the receipts of what is still there; and by what was paid of which none has come: credit may have paid a part of that. */
function ofChannel({ receipts, purchases, entries, refunds = [] }: HubBooks): number {
  const standing = receipts.filter(({ state, isFromCredit }) => !gone.has(state) && isFromCredit !== true);
  const byCredit = (purchaseId: string) =>
    centsOf(
      entries
        .filter(({ key }) => key === `credit-used:${purchaseId}`)
        .flatMap(({ postings }) => postings.filter(({ account }) => account === "credit")),
    );
  const unreceipted = purchases.filter(({ state }) => state === "paid_unreceipted");
  const paidOut = refunds.filter(({ method }) => method === "payout").map(({ amountCents }) => amountCents);
  return (
    sum(standing.map(({ amountCents, returnedCents }) => amountCents - returnedCents)) +
    sum(unreceipted.map(({ purchaseId, priceCents }) => priceCents - byCredit(purchaseId))) -
    sum(paidOut)
  );
}

/** Each voucher's own sale MONEY-ONCE judges by its revenue: the batch answers for the cash. */
function takenForPaper({ entries }: HubBooks): Map<string, number> {
  const sales = entries.filter(({ key }) => key.startsWith("voucher-sale:"));
  const ofBatch = Map.groupBy(sales, ({ key }) => `paper:${key.split(/[:.]/)[1]}`);
  const earned = (postings: readonly Posting[]) => -centsOf(postings.filter(({ account }) => account === "revenue"));
  return new Map([...ofBatch].map(([batch, own]) => [batch, sum(own.map(({ postings }) => earned(postings)))]));
}

/** What is credit or debt is somebody's; and credit is never less than nothing. */
function overdrawn(books: HubBooks): string[] {
  const isOwned = ({ account, party }: Posting) => (account === "credit" || account === "debts") && party !== undefined;
  const sums = sumsBy(books, (posting) => (isOwned(posting) ? `${posting.account} of ${posting.party}` : ""));
  return [...sums].flatMap(([whose, cents]) => {
    const isLess = whose.startsWith("credit") ? cents > 0 : whose.startsWith("debts") && cents < 0;
    return isLess || (whose.endsWith(" of null") && cents !== 0) ? [`${whose} is ${cents}`] : [];
  });
}
