/** LEDGER-ZERO: each entry sums to nought, and what the channel owes is what its receipts say. */
import type { HubBooks, Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

/** Money that is no longer there: it went back, or was never there. */
const gone = new Set(["reversed", "disproved"]);

/** What the channel holds for the provider; of some of it no receipt has come yet. */
const isOfChannel = (account: string): boolean => /^(clearing|unreceipted):/.test(account);

const entryPostings = (entries: HubBooks["entries"], of: string) =>
  entries.flatMap(({ postings }) => postings.filter(({ account }) => account === of));

export function ledgerZero({ chronicle: { facts } }: History): Violation[] {
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const broken = (what: string): Violation => ({ invariant: "LEDGER-ZERO", atMs, what });
    const sum = (amounts: readonly { readonly amountCents: number }[]) =>
      amounts.reduce((total, { amountCents }) => total + amountCents, 0);
    const uneven = books.entries.filter(({ postings }) => sum(postings) !== 0);
    const clearing = books.entries.flatMap(({ postings }) => postings.filter(({ account }) => isOfChannel(account)));
    const held = books.receipts
      .filter(({ state }) => !gone.has(state))
      .reduce((total, { amountCents, returnedCents }) => total + amountCents - returnedCents, 0);
    // Its customer's credit may have paid a part.
    const byCredit = (purchaseId: string) =>
      sum(
        entryPostings(
          books.entries.filter(({ key }) => key === `credit-used:${purchaseId}`),
          "credit",
        ),
      );
    const unreceipted = books.purchases
      .filter(({ state }) => state === "paid_unreceipted")
      .reduce((total, { purchaseId, priceCents }) => total + priceCents - byCredit(purchaseId), 0);
    // What the channel took for itself, by its own statement.
    const fees = sum(entryPostings(books.entries, "fees"));
    // And what its owner moved to the bank.
    const toBank = sum(entryPostings(books.entries, "to-bank"));
    const owed = held + unreceipted - fees - toBank;
    return [
      ...uneven.map(({ key, postings }) => broken(`entry ${key} sums to ${sum(postings)}`)),
      ...(sum(clearing) === owed
        ? []
        : [broken(`the channel owes ${sum(clearing)} by the ledger, and ${owed} by its receipts`)]),
    ];
  });
}
