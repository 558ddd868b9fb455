/** The way out of "paid": money that was reversed, receipts that never existed, and another customer's money. The other rules are in `transition.ts`. */
import { type Cents, cents } from "@karibu/protocol/quantities";
import {
  type Effect,
  type KnownReceipt,
  moneyStates,
  type OtherReceipt,
  type Purchase,
  type Transition,
} from "./purchase-facts.ts";
import { become, keep, park, proved, verifyGrant } from "./transition-steps.ts";

/** Money went back. Its receipt must be in the books first. */
export function onReversal(before: Purchase, receipt: string, known: KnownReceipt | null): Transition {
  if (known === null) return park(before, {}, "waits for the receipt that was reversed");
  if (known.purchaseId !== before.purchaseId) return keep(before, "another purchase's receipt");
  if (known.state === "reversed" || known.state === "disproved") return keep(before, "undone already");
  const none = { refundedCents: cents(0), pendingCents: cents(0) };
  const head = { kind: "undo-receipt", receipt, because: "reversed" } as const;
  if (known.state === "suspense" && !moneyStates.has(before.state) && known.amountCents >= before.askedCents) {
    // It would have paid, and waited for verification. Nothing was opened, and a query that says "paid" must open nothing now.
    const undone: Effect = { ...head, returnsCredit: false, ...none };
    const changes = { state: "reversed", receipt, verified: true, review: before.review ?? "reversed" } as const;
    return become(before, changes, "reversed before it was verified", [undone]);
  }
  if (before.receipt !== receipt) {
    const undone: Effect = { ...head, returnsCredit: false, ...none };
    const heldCents = heldWithout(before, known);
    return become(before, { heldCents }, "reversed: out of customer credit", [undone]);
  }
  const { refundedCents, pendingCents } = before;
  const undone: Effect = { ...head, returnsCredit: true, refundedCents, pendingCents };
  const review = refundedCents > 0 ? "given-back-twice" : (before.review ?? "reversed");
  // Money that went back was there.
  const changes = { state: "reversed", ...proved, review } as const;
  return become(before, changes, "reversed", [undone, { kind: "revoke-grant" }]);
}

/** Before money, the purchase's receipts in its customer's credit are held for it. One that is undone is not. */
function heldWithout(before: Purchase, undone: KnownReceipt): Cents {
  return moneyStates.has(before.state) || undone.state === "suspense"
    ? before.heldCents
    : cents(Math.max(0, before.heldCents - undone.amountCents));
}

/** The receipt does not exist: it goes out of the books. The grant stays when the purchase is paid without it. */
export function onDisproof(
  before: Purchase,
  receipt: string,
  known: KnownReceipt | null,
  others: readonly OtherReceipt[],
): Transition {
  if (known === null || known.purchaseId !== before.purchaseId)
    return keep(before, "nothing: not a receipt of this purchase");
  if (known.verified) return keep(before, "nothing: it is verified");
  if (known.state === "reversed" || known.state === "disproved") return keep(before, "undone already");
  const undone: Effect = {
    kind: "undo-receipt",
    receipt,
    because: "disproved",
    returnsCredit: false,
    refundedCents: cents(0),
    pendingCents: cents(0),
  };
  const undonePlan: Effect = { ...undone, returnsCredit: true, pendingCents: before.pendingCents };
  const over = { pendingCents: cents(0), toldCents: cents(0) };
  // It was not paid twice.
  const review = before.review === "paid-twice" ? "disproved" : (before.review ?? "disproved");
  if (before.receipt !== receipt) {
    const heldCents = heldWithout(before, known);
    return become(before, { heldCents, review }, "disproved: out of customer credit", [undone]);
  }
  // Where credit paid a part, that stays paid: another receipt of what was asked for takes the place.
  const { askedCents } = before;
  const ofThePrice = others.filter((other) => other.amountCents >= askedCents);
  const standing = ofThePrice.filter(stands);
  const heir = standing.find((other) => other.verified) ?? standing[0];
  if (heir !== undefined) {
    const effects: Effect[] = [{ kind: "replace-receipt", receipt, by: heir.receipt }, undone];
    const verified = before.verified || heir.verified;
    const isProved = verified && !before.verified;
    if (isProved) effects.push(verifyGrant(before));
    const changes = { receipt: heir.receipt, ...(isProved ? proved : {}), review: "disproved" } as const;
    return become(before, changes, `disproved: ${heir.receipt} paid`, effects);
  }
  // A query confirmed that it is paid, and no money went back since: a receipt is still to come.
  if (before.verified && !ofThePrice.some(({ state }) => state === "reversed")) {
    const booked: Effect = { kind: "book-unreceipted", amountCents: askedCents, insteadOf: receipt };
    const undonePart: Effect = { ...undonePlan, returnsCredit: askedCents === before.amountCents };
    const changes = { state: "paid_unreceipted", receipt: null, unreceipted: true, review: "disproved" } as const;
    return become(before, changes, "disproved: paid all the same, receipt to come", [undonePart, booked]);
  }
  const changes = { state: "disproved", verified: false, review: "disproved", ...over } as const;
  return become(before, changes, "disproved: the rest is revoked", [undonePlan, { kind: "revoke-grant" }]);
}

const stands = ({ state }: OtherReceipt): boolean => state === "booked" || state === "credit";

/**
 * Another receipt of the purchase that pays the plan when the first one leaves it: the customer paid as well. One that only a callback
 * told does not stand in for one that is proved.
 */
export function standIn(
  before: Pick<Purchase, "askedCents" | "verified">,
  others: readonly OtherReceipt[],
): OtherReceipt | null {
  const able = others.filter((other) => stands(other) && other.amountCents >= before.askedCents);
  return able.find(({ verified }) => verified) ?? (before.verified ? null : able[0]) ?? null;
}

/** A correction: the receipt was another customer's. What it paid for ends, unless another receipt of its own pays that. */
export function onMovedAway(
  before: Purchase,
  receipt: string,
  known: KnownReceipt | null,
  others: readonly OtherReceipt[],
): Transition {
  if (known === null || known.purchaseId !== before.purchaseId || known.state !== "booked")
    return keep(before, "nothing: not money of this purchase");
  const { pendingCents } = before;
  const released: Effect = { kind: "release-receipt", receipt, returnsPlan: false, pendingCents: cents(0) };
  if (before.receipt !== receipt || before.state !== "paid") {
    const heldCents = heldWithout(before, known);
    return become(before, { heldCents }, "another customer's money: out of customer credit", [released]);
  }
  const heir = standIn(before, others);
  if (heir !== null) {
    const effects: Effect[] = [{ kind: "replace-receipt", receipt, by: heir.receipt }, released];
    const isProved = heir.verified && !before.verified;
    if (isProved) effects.push(verifyGrant(before));
    const changes = { receipt: heir.receipt, ...(isProved ? proved : {}) };
    return become(before, changes, `another customer's money: ${heir.receipt} paid`, effects);
  }
  const over = { pendingCents: cents(0), toldCents: cents(0), review: null } as const;
  return become(before, { state: "moved", ...over }, "another customer's money: the rest is revoked", [
    { ...released, returnsPlan: true, pendingCents },
    { kind: "revoke-grant" },
  ]);
}

/** Credit that paid for it before it was proved is proved now, or its receipt never existed. */
export function onSpentCredit(
  before: Purchase,
  { isProved }: { readonly isProved: boolean },
  others: readonly OtherReceipt[],
): Transition {
  if (before.state !== "paid" || before.verified || before.receipt === null)
    return keep(before, "nothing: it is decided");
  if (!isProved) {
    const { receipt, pendingCents } = before;
    const returned: Effect = { kind: "return-plan", receipt, pendingCents };
    const over = { verified: false, pendingCents: cents(0), toldCents: cents(0) };
    const changes = { state: "disproved", review: "disproved", ...over } as const;
    return become(before, changes, "disproved: credit that paid it was never there", [
      returned,
      { kind: "revoke-grant" },
    ]);
  }
  const own = others.find(({ receipt }) => receipt === before.receipt);
  if (before.toldCents > 0 || (!before.isFromCredit && own?.verified !== true))
    return keep(before, "a part of it is proved");
  return become(before, proved, "verified: the credit is proved", [verifyGrant(before)]);
}
