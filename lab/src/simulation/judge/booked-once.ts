/** MONEY-ONCE at the hub: what moved is in the books once and for what it was; a purchase that is paid sold one plan, another one none; and what was given back ends. */
import type { HubBooks, Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

export function bookedOnce({ chronicle: { facts } }: History): Violation[] {
  const givenBack = new Set(factsOf(facts, "taken-back").map(({ purchaseId }) => purchaseId));
  const moved = new Map(factsOf(facts, "money-moved").map((each) => [each.receipt, each]));
  return factsOf(facts, "hub-books").flatMap(({ books, atMs }) => {
    const broken = (what: string): Violation => ({ invariant: "MONEY-ONCE", atMs, what });
    const receipts = books.receipts.flatMap((booked) => {
      const { receipt, amountCents, planCents, creditCents, suspenseCents, returnedCents } = booked;
      const known = moved.get(receipt);
      if (known !== undefined && known.amountCents !== amountCents)
        return [broken(`${receipt} moved ${known.amountCents}, and ${amountCents} is booked`)];
      const parts = planCents + creditCents + suspenseCents + returnedCents;
      if (Math.min(planCents, creditCents, suspenseCents, returnedCents) < 0)
        return [broken(`${receipt} pays ${planCents} for a plan and leaves ${creditCents} as credit`)];
      return parts === amountCents ? [] : [broken(`the parts of ${receipt} make ${parts} of ${amountCents}`)];
    });
    const twice = doubles(books.receipts.map(({ receipt }) => receipt)).map((receipt) =>
      broken(`${receipt} is booked twice`),
    );
    const sales = books.purchases.flatMap(({ purchaseId, state, priceCents, heldCents = 0 }) => {
      const soldCents = -sumOf(books, (account, entry) => entry === purchaseId && isSold(account));
      // What the channel gave back stays sold, and is given back beside it. What staff had given back before, its customer has twice: that is credit
      // that they have no more, or a debt.
      const inReversal = (isIt: (account: string) => boolean) =>
        sumOf(books, (account, entry, key) => entry === purchaseId && key.startsWith("reversal:") && isIt(account));
      const refundedCents = sumOf(
        books,
        (account, entry, key) => entry === purchaseId && key.startsWith("refund:") && account === "refunds",
      );
      // Credit that had paid a part comes back to its customer: that is less than nothing here.
      const takenCents = inReversal((account) => account === "debts" || account === "credit");
      const twiceCents = Math.min(refundedCents, Math.max(0, takenCents));
      const backCents = inReversal((account) => account === "refunds") + twiceCents;
      const wantedCents = isPaid(state) ? priceCents : backCents;
      const own = books.grants.filter((grant) => grant.purchaseId === purchaseId);
      const grants = own.filter(({ isRevoked }) => !isRevoked).length;
      const pendingCents = -sumOf(books, (account, entry) => entry === purchaseId && account === "pending");
      const isProved = own.length > 0 && own.every(({ isUnverified }) => !isUnverified);
      return [
        // All that staff give back in a story ends.
        ...(refundedCents > 0 && grants > 0 ? [broken(`purchase ${purchaseId} was given back, and goes on`)] : []),
        ...(isProved && isPaid(state) && pendingCents !== 0
          ? [broken(`purchase ${purchaseId} is proved, and ${pendingCents} of it waits for its proof`)]
          : []),
        ...(isPaid(state) && heldCents > 0
          ? [broken(`purchase ${purchaseId} is paid, and keeps ${heldCents} of its customer's credit`)]
          : []),
        ...(soldCents === wantedCents
          ? []
          : [broken(`purchase ${purchaseId} (${state}) sold for ${soldCents}, and ${wantedCents} is right`)]),
        ...(grants === (isPaid(state) ? 1 : 0) || (grants === 0 && givenBack.has(purchaseId))
          ? []
          : [broken(`purchase ${purchaseId} (${state}) has ${grants} grants`)]),
      ];
    });
    return [...receipts, ...twice, ...sales];
  });
}

export const isPaid = (state: string): boolean => state === "paid" || state === "paid_unreceipted";

/** Proved, or only told so far. */
const isSold = (account: string): boolean => account === "pending" || account.startsWith("revenue");

function sumOf(
  { entries }: HubBooks,
  counts: (account: string, purchaseId: string | null, key: string) => boolean,
): number {
  return entries
    .flatMap(({ postings, purchaseId, key }) => postings.filter(({ account }) => counts(account, purchaseId, key)))
    .reduce((sum, { amountCents }) => sum + amountCents, 0);
}

const doubles = (names: readonly string[]): string[] => names.filter((name, at) => names.indexOf(name) !== at);
