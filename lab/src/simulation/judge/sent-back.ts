/**
 * MONEY-ONCE of what the channel gives back: each payout of its own books is one refund's, of that sum, to who paid; a refund that is done moved money, and
 * one of which nobody knows counts as if it had: no purchase is given back with more than it cost, and none of what is given back goes on. NO-SILENCE: a
 * refund that waits for a person is shown to one.
 */
import type { HubBooks, Violation } from "./chronicle.ts";
import { broken, factsOf, type History, mistakenRefunds, toldOnly } from "./history.ts";
import { ordersHeard } from "./orders.ts";

const minuteMs = 60_000;
/** How long a refund may stand so by itself. Absent: not at all. */
const aloneMs: Readonly<Record<string, number>> = {
  approved: 20 * minuteMs,
  sending: 20 * minuteMs,
  sent: 61 * minuteMs,
};
const mayBeOut = new Set(["sending", "sent", "unknown"]);
const counts = new Set(["approved", ...mayBeOut, "done"]);

const allOf = ({ refunds = [], openRefunds = [] }: HubBooks) => [
  ...refunds.map((refund) => ({ changedAtMs: 0, isSeen: true, receipt: null, ...refund, state: "done" })),
  ...openRefunds,
];

export function* sentBack({ chronicle: { facts } }: History): Iterable<Violation> {
  const paidOut = factsOf(facts, "paid-out");
  const reversed = new Set(factsOf(facts, "money-returned").map(({ receipt }) => receipt));
  const repeated = new Set(factsOf(facts, "payout-repeated").map(({ receipt }) => receipt));
  const cameBack = new Set(factsOf(facts, "payout-returned").map(({ of }) => of));
  const heard = ordersHeard(facts);
  const read = factsOf(facts, "statement").filter(({ act }) => heard.get(act) != null);
  const saidBack = new Set(read.flatMap(({ returned = [] }) => returned));
  const told = toldOnly(facts);
  const mistaken = mistakenRefunds(facts);
  for (const { books, atMs } of factsOf(facts, "hub-books")) {
    const money = (what: string): Violation => broken("MONEY-ONCE", atMs, what);
    const buyers = new Map(books.purchases.map(({ purchaseId, buyer }) => [purchaseId, buyer]));
    const all = allOf(books);
    const payouts = all.filter(({ method }) => method === "payout");
    // Of one that a person saw paid nobody may have named the receipt. Those come first: `allOf` has what is done before what is open.
    const unnamed = payouts.filter(
      ({ state, receipt }) => (mayBeOut.has(state) || state === "done") && receipt === null,
    );
    const moved = new Set<string>();
    for (const { receipt, amountCents, payee } of paidOut) {
      const isOf = (refund: (typeof all)[number]) =>
        refund.amountCents === amountCents && buyers.get(refund.of) === payee;
      const own = payouts.filter((refund) => refund.receipt === receipt);
      const guess = own.length > 0 ? own : unnamed.filter(isOf).slice(0, 1);
      for (const refund of guess) {
        moved.add(refund.refundId);
        if (refund.receipt === null) unnamed.splice(unnamed.indexOf(refund), 1);
      }
      const what = `the channel paid ${amountCents} to ${payee} by ${receipt}`;
      const isTakenWrong = [...own, ...payouts.filter(isOf)].some(({ refundId }) => mistaken.has(refundId));
      if (!isTakenWrong && !(guess.length === 1 && guess.every(isOf)) && !(guess.length === 0 && cameBack.has(receipt)))
        yield money(`${what}, and that is of ${guess.length} refunds`);
      if (own.length > 0 && repeated.has(receipt)) yield money(`${what}, and was asked to do so again under its name`);
    }
    /** Its own receipt was named for another refund. */
    const hasAnothersName = (cents: number, of: string): boolean =>
      paidOut.some(
        (out) =>
          out.amountCents === cents &&
          out.payee === buyers.get(of) &&
          all.some(({ refundId, receipt }) => receipt === out.receipt && mistaken.has(refundId)),
      );
    for (const { refundId, of, method, state, receipt, amountCents, changedAtMs, isSeen } of all) {
      const name = `refund ${refundId} of ${of} with ${amountCents} by ${method} is ${state}`;
      const isMoved =
        method === "payout"
          ? moved.has(refundId) || hasAnothersName(amountCents, of)
          : books.receipts.some((each) => each.purchaseId === of && reversed.has(each.receipt));
      if (state === "done" && (method === "payout" || method === "reversal") && !isMoved && !mistaken.has(refundId))
        yield money(`${name}, and the channel moved nothing`);
      if (state === "returned" ? !cameBack.has(receipt ?? "") : state === "done" && saidBack.has(receipt ?? ""))
        yield money(`${name}, and ${state === "done" ? "it came back" : "nothing came back"}`);
      if (counts.has(state) && told.has(of)) yield money(`${name}, and nobody paid`);
      if (!isSeen && atMs - changedAtMs > (aloneMs[state] ?? 0))
        yield broken("NO-SILENCE", atMs, `${name}, and nobody is to look at it`);
    }
    for (const { purchaseId, priceCents, review } of books.purchases) {
      const own = all.filter(({ of }) => of === purchaseId);
      const backCents = own.reduce((sum, { state, amountCents }) => sum + (counts.has(state) ? amountCents : 0), 0);
      // Of what staff were mistaken about the customer may have twice, and staff are shown that.
      const isShown = review !== null && own.some(({ refundId }) => mistaken.has(refundId));
      if (backCents > priceCents && !isShown)
        yield money(`${purchaseId} for ${priceCents} is given back with ${backCents}`);
      const isGoingOn = books.grants.some((grant) => grant.purchaseId === purchaseId && !grant.isRevoked);
      if (isGoingOn && own.some(({ state }) => state !== "asked"))
        yield money(`${purchaseId} is given back, and goes on`);
    }
  }
}
