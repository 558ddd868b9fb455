/**
 * NO-SILENCE: who paid for a purchase has it in the end, or a person is asked to look at it, also where every callback was lost; and what the hub said
 * yes to is in its books, as is all that stands on a statement that it read.
 */
import { isPaid } from "./booked-once.ts";
import type { Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";
import { ordersHeard } from "./orders.ts";

/** Of money that is credit: whoever looks at it finds it in the books. */
const areBooked: ReadonlySet<string> = new Set(["paid-twice", "underpaid"]);

export function noSilence({ chronicle: { facts } }: History): Violation[] {
  // Who got the money back has nothing to be told.
  const returned = new Set(factsOf(facts, "money-returned").map(({ receipt }) => receipt));
  const moved = factsOf(facts, "money-moved").filter(({ receipt }) => !returned.has(receipt));
  const heard = ordersHeard(facts);
  const listed = factsOf(facts, "statement").filter(({ act }) => heard.get(act) != null);
  const acknowledged = new Set([
    ...factsOf(facts, "acknowledged").map(({ receipt }) => receipt),
    ...listed.flatMap(({ receipts }) => receipts),
  ]);
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const broken = (what: string): Violation => ({ invariant: "NO-SILENCE", atMs, what });
    const unheard = books.purchases.filter(({ reference, state, review, priceCents }) => {
      const told = moved.filter(
        (each) => each.reference === reference && (each.isPrompted || acknowledged.has(each.receipt)),
      );
      const paidCents = told.map(({ amountCents }) => amountCents);
      return paidCents.some((cents) => cents >= priceCents) && !isPaid(state) && review === null;
    });
    const known = new Set(books.receipts.map(({ receipt }) => receipt));
    // A callback in an odd form told no amount, so the channel's answer proved the payment: it is booked, and waits for its receipt.
    const seen = books.purchases.filter(
      ({ review, state }) => (review !== null && !areBooked.has(review)) || state === "paid_unreceipted",
    );
    const watched = new Set(seen.map(({ reference }) => reference));
    const lost = moved.filter(
      ({ receipt, reference }) => acknowledged.has(receipt) && !known.has(receipt) && !watched.has(reference),
    );
    return [
      ...unheard.map(({ purchaseId, state }) =>
        broken(`purchase ${purchaseId} was paid for, and it is ${state}, and nobody is to look at it`),
      ),
      ...lost.map(({ receipt }) => broken(`the hub said yes to ${receipt}, and it is in no book`)),
    ];
  });
}
