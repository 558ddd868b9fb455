/** PROVED-ONLY: where no money moved nothing is sold, and what a stranger made up is in no book. */
import { isPaid } from "./booked-once.ts";
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

export function provedOnly({ chronicle: { facts } }: History): Violation[] {
  const moved = factsOf(facts, "money-moved");
  const made = new Set(factsOf(facts, "forged").map(({ receipt }) => receipt));
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const broken = (what: string): Violation => ({ invariant: "PROVED-ONLY", atMs, what });
    const ofPurchase = new Map(books.receipts.map(({ purchaseId, receipt }) => [purchaseId, receipt]));
    const unpaid = books.purchases.filter(
      ({ reference, purchaseId, state }) =>
        isPaid(state) &&
        !moved.some((each) => each.reference === reference || each.receipt === ofPurchase.get(purchaseId)),
    );
    const unknown = books.receipts.filter(
      ({ receipt, isProved }) => made.has(receipt) || (isProved && !moved.some((each) => each.receipt === receipt)),
    );
    return [
      ...unpaid.map(({ purchaseId, state }) => broken(`purchase ${purchaseId} is ${state}, and nobody paid`)),
      ...unknown.map(({ receipt }) => broken(`${receipt} is in the books, and the channel never moved it`)),
    ];
  });
}
