/** MONEY-ONCE at the hub: what moved is in the books once and for what it was; a purchase that is paid sold one plan, another one none; and what was given back ends. */
import type { HubBooks, Violation } from "./chronicle.ts";
import { factsOf, type History } from "./history.ts";

export function bookedOnce({ chronicle: { facts } }: History): Violation[] {
  const givenBack = new Set(factsOf(facts, "taken-back").map(({ purchaseId }) => purchaseId));
  const isRestored = factsOf(facts, "restored").length > 0;
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
    const sales = books.purchases.flatMap((purchase) => {
      const { purchaseId, state, priceCents, review, heldCents = 0, lockedCents = 0 } = purchase;
      // What was paid of a price too little waits for the rest; what is locked waits for the end.
      const keptCents = isPaid(state) ? heldCents : open.has(state) ? 0 : lockedCents;
      const soldCents = -sumOf(books, (account, entry) => entry === purchaseId && isSold(account));
      const own = books.grants.filter((grant) => grant.purchaseId === purchaseId);
      // What the channel gave back stays sold, and all of it is given back beside that: by the channel, or by staff before.
      const isReversed = state === "reversed" && own.length > 0;
      const wantedCents = isPaid(state) || isReversed ? priceCents : 0;
      const backCents = sumOf(books, (account, entry) => entry === purchaseId && account === "refunds");
      const grants = own.filter(({ isRevoked }) => !isRevoked).length;
      const pendingCents = -sumOf(books, (account, entry) => entry === purchaseId && account === "pending");
      // Its site gave it back to a restored hub, and a person looks: the channel says that nobody paid, or it was claimed by a receipt, of which nobody can ask.
      const isLookedAt =
        (state === "failed" && review === "denied") ||
        (state === "unknown" && review === "no-answer") ||
        lacksItsCredit(books, purchase);
      const isHonoured = isRestored && grants === 1 && isLookedAt;
      const isProved = own.length > 0 && own.every(({ isUnverified }) => !isUnverified);
      return [
        // All that staff give back in a story ends.
        ...(backCents > 0 && grants > 0 ? [broken(`purchase ${purchaseId} was given back, and goes on`)] : []),
        ...(isReversed && backCents !== priceCents
          ? [broken(`purchase ${purchaseId} for ${priceCents} was reversed, and ${backCents} of it is given back`)]
          : []),
        // What staff had reversed is nothing to look at.
        ...(state === "reversed" && review === null && !isReversedByStaff(books, purchaseId)
          ? [broken(`purchase ${purchaseId} was reversed, and nobody is to look at it`)]
          : []),
        ...(isProved && isPaid(state) && pendingCents !== 0
          ? [broken(`purchase ${purchaseId} is proved, and ${pendingCents} of it waits for its proof`)]
          : []),
        ...(keptCents > 0
          ? [broken(`purchase ${purchaseId} is ${state}, and keeps ${keptCents} of its customer's credit`)]
          : []),
        ...(waits.has(state) && heldCents >= priceCents
          ? [broken(`purchase ${purchaseId} keeps ${heldCents} of ${priceCents} that it costs, and is ${state}`)]
          : []),
        ...(soldCents === wantedCents
          ? []
          : [broken(`purchase ${purchaseId} (${state}) sold for ${soldCents}, and ${wantedCents} is right`)]),
        ...(grants === (isPaid(state) ? 1 : 0) || (grants === 0 && givenBack.has(purchaseId)) || isHonoured
          ? []
          : [broken(`purchase ${purchaseId} (${state}) has ${grants} grants`)]),
      ];
    });
    return [...receipts, ...twice, ...sales];
  });
}

/** A part of it was paid out of credit that the back-up lacks. What came in beside that is credit, and a person is told that it is less than the price. */
export function lacksItsCredit({ receipts }: HubBooks, purchase: HubBooks["purchases"][number]): boolean {
  const { purchaseId, state, review, priceCents } = purchase;
  const own = receipts.filter((receipt) => receipt.purchaseId === purchaseId);
  const isLess = own.every(({ planCents, amountCents }) => planCents === 0 && amountCents < priceCents);
  return state === "unknown" && review === "underpaid" && own.length > 0 && isLess;
}

const isReversedByStaff = ({ refunds = [] }: HubBooks, purchaseId: string): boolean =>
  refunds.some(({ of, method }) => of === purchaseId && method === "reversal");

const open = new Set(["created", "sending", "prompted", "unknown"]);
const waits = new Set(["prompted", "unknown", "failed"]);

export const isPaid = (state: string): boolean => state === "paid" || state === "paid_unreceipted";

/** Proved, or only told so far. */
const isSold = (account: string): boolean => account === "pending" || account.startsWith("revenue");

function sumOf({ entries }: HubBooks, counts: (account: string, purchaseId: string | null) => boolean): number {
  return entries
    .flatMap(({ postings, purchaseId }) => postings.filter(({ account }) => counts(account, purchaseId)))
    .reduce((sum, { amountCents }) => sum + amountCents, 0);
}

const doubles = (names: readonly string[]): string[] => names.filter((name, at) => names.indexOf(name) !== at);
