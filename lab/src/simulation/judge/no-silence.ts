/**
 * NO-SILENCE: who paid for a purchase has it in the end, or a person is asked to look at it, also where every callback was lost; and what the hub said
 * yes to is in its books, as is all that stands on a statement that it read.
 */
import { isPaid } from "./booked-once.ts";
import type { Violation } from "./chronicle.ts";
import { broken, factsOf, type History, reversedByMistake } from "./history.ts";
import { ordersHeard } from "./orders.ts";

/** What the hub heard of from somebody who may have made it up, it asks about within so long. */
const askedWithinMs = 60_000;

/** Of money that is credit: whoever looks at it finds it in the books. */
const areBooked: ReadonlySet<string> = new Set(["paid-twice", "underpaid"]);

export function* noSilence({ chronicle: { facts } }: History): Iterable<Violation> {
  // Who got the money back has nothing to be told.
  const returned = new Set(factsOf(facts, "money-returned").map(({ receipt }) => receipt));
  const moved = factsOf(facts, "money-moved").filter(({ receipt }) => !returned.has(receipt));
  const mistaken = reversedByMistake(facts);
  const heard = ordersHeard(facts);
  const heardMs = new Map(factsOf(facts, "acknowledged").map(({ receipt, atMs }) => [receipt, atMs]));
  const listed = factsOf(facts, "statement").filter(({ act }) => heard.get(act) != null);
  const acknowledged = new Set([
    ...factsOf(facts, "acknowledged").map(({ receipt }) => receipt),
    ...listed.flatMap(({ receipts }) => receipts),
  ]);
  for (const { books, atMs } of factsOf(facts, "hub-books")) {
    // Money in suspense stands in the list of what a person is to look at, with the purchase that it waits for.
    const inSuspense = new Set(books.receipts.filter((r) => r.suspenseCents > 0).map(({ purchaseId }) => purchaseId));
    for (const { purchaseId, reference, state, review, priceCents } of books.purchases) {
      const covering = moved.filter(
        (each) =>
          each.reference === reference &&
          each.amountCents >= priceCents &&
          (each.isPrompted || acknowledged.has(each.receipt)),
      );
      // What the hub asked for it can ask about: held above the limit of unverified money, it is proved soon after.
      const mayWait = covering.every(
        ({ isPrompted, receipt }) => !isPrompted || atMs - (heardMs.get(receipt) ?? 0) < askedWithinMs,
      );
      const isHeld = inSuspense.has(purchaseId) && mayWait;
      const what = `purchase ${purchaseId} was paid for, and it is ${state}, and nobody is to look at it`;
      if (covering.length > 0 && !isPaid(state) && review === null && !isHeld && !mistaken.has(purchaseId))
        yield broken("NO-SILENCE", atMs, what);
    }
    const known = new Set(books.receipts.map(({ receipt }) => receipt));
    const unproved = new Set(books.receipts.filter(({ isProved }) => !isProved).map(({ receipt }) => receipt));
    for (const receipt of new Set(listed.flatMap(({ receipts }) => receipts)))
      if (unproved.has(receipt) && !returned.has(receipt))
        yield broken("PROVED-ONLY", atMs, `${receipt} stands on a statement that was read, and is not proved`);
    // A callback in an odd form told no amount, so the channel's answer proved the payment: it is booked, and waits for its receipt.
    const seen = books.purchases.filter(
      ({ review, state }) => (review !== null && !areBooked.has(review)) || state === "paid_unreceipted",
    );
    for (const { receipt, reference } of moved) {
      const isSeen = known.has(receipt) || seen.some((each) => each.reference === reference);
      if (acknowledged.has(receipt) && !isSeen)
        yield broken("NO-SILENCE", atMs, `the hub said yes to ${receipt}, and it is in no book`);
    }
  }
}
