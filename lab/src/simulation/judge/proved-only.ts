/**
 * PROVED-ONLY: where no money moved nothing is sold, and what a stranger made up is in no book. Where the stranger knows the right address, what was only
 * told is proved by nothing, no revenue, and pays nothing out; and of another amount than was asked for it opens nothing.
 */
import { isPaid } from "./booked-once.ts";
import type { HubBooks, Violation } from "./chronicle.ts";
import { factsOf, type History, toldOnly } from "./history.ts";

export function provedOnly({ chronicle: { facts } }: History): Violation[] {
  const moved = factsOf(facts, "money-moved");
  const told = toldOnly(facts);
  const made = new Set(factsOf(facts, "forged").map(({ receipt }) => receipt));
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const broken = (what: string): Violation => ({ invariant: "PROVED-ONLY", atMs, what });
    const ofPurchase = new Map(books.receipts.map(({ purchaseId, receipt }) => [purchaseId, receipt]));
    const unpaid = books.purchases.filter(
      ({ reference, purchaseId, state }) =>
        isPaid(state) &&
        !told.has(purchaseId) &&
        !isPaidByCredit(books, purchaseId) &&
        !moved.some((each) => each.reference === reference || each.receipt === ofPurchase.get(purchaseId)),
    );
    const unknown = books.receipts.filter(
      ({ receipt, isProved }) => made.has(receipt) || (isProved && !moved.some((each) => each.receipt === receipt)),
    );
    const earned = [...told.keys()].flatMap((purchaseId) => {
      const own = books.entries.filter((entry) => entry.purchaseId === purchaseId);
      const sumOf = (isCounted: (account: string) => boolean) =>
        own
          .flatMap(({ postings }) => postings.filter(({ account }) => isCounted(account)))
          .reduce((sum, { amountCents }) => sum + amountCents, 0);
      const revenueCents = -sumOf((account) => account.startsWith("revenue"));
      const outCents = -sumOf((account) => account === "cash" || account === "drawer");
      return [
        ...(revenueCents > 0 ? [`purchase ${purchaseId} is revenue of ${revenueCents}, and nobody paid`] : []),
        ...(outCents > 0 ? [`${outCents} were paid out for purchase ${purchaseId}, and nobody paid`] : []),
      ];
    });
    const odd = books.grants.flatMap(({ purchaseId }) => {
      const leaks = factsOf(facts, "leaked").filter((each) => each.purchaseId === purchaseId);
      const isOpened = leaks.some(({ amountCents, askedCents = amountCents }) => amountCents === askedCents);
      return purchaseId === null || isOpened || !told.has(purchaseId) ? [] : [purchaseId];
    });
    return [
      ...odd.map((purchaseId) =>
        broken(`purchase ${purchaseId} was opened by a callback of another amount than was asked`),
      ),
      ...earned.map(broken),
      ...unpaid.map(({ purchaseId, state }) => broken(`purchase ${purchaseId} is ${state}, and nobody paid`)),
      ...unknown.map(({ receipt }) => broken(`${receipt} is in the books, and the channel never moved it`)),
    ];
  });
}

/** Whether they have that much LEDGER-ZERO judges: the whole of its price is taken off somebody's credit. It may have been given back since. */
function isPaidByCredit({ purchases, receipts, entries }: HubBooks, purchaseId: string): boolean {
  const priceCents = purchases.find((each) => each.purchaseId === purchaseId)?.priceCents;
  const spentCents = entries
    .flatMap((entry) => (entry.purchaseId === purchaseId ? entry.postings : []))
    .reduce((sum, { account, amountCents }) => sum + (account === "credit" ? Math.max(0, amountCents) : 0), 0);
  return (
    receipts.some((each) => each.purchaseId === purchaseId && each.isFromCredit === true) && spentCents === priceCents
  );
}
