/** The way back out of "paid": money that was reversed, and receipts that never were. The other rules are in `transition.ts`. */
import { type Cents, cents } from "@karibu/protocol/quantities";
import type { Effect, KnownReceipt, OtherReceipt, Purchase, Transition } from "./payment-facts.ts";
import { become, isMoney, keep, park } from "./transition-steps.ts";

/** Money that went back. The receipt must be in the books first: what came is booked, and then what went. */
export function onReversal(before: Purchase, receipt: string, known: KnownReceipt | null): Transition {
  if (known === null) return park(before, {}, "waits for the receipt that was reversed");
  if (known.intentId !== before.intentId) return keep(before, "another purchase's receipt");
  if (known.state === "reversed" || known.state === "disproved") return keep(before, "undone already");
  const head = { kind: "undo-receipt", receipt, because: "reversed" } as const;
  if (known.state === "suspense" && !isMoney(before) && known.amountCents >= before.amountCents) {
    // It would have paid, and waited to be proved: nothing was opened, and a question that says "paid" must open nothing now.
    const undone: Effect = { ...head, returnsCredit: false, refundedCents: cents(0) };
    const changes = { state: "reversed", receipt, corroborated: true, review: before.review ?? "reversed" } as const;
    return become(before, changes, "reversed before it was proved", [undone]);
  }
  if (before.receipt !== receipt) {
    const undone: Effect = { ...head, returnsCredit: false, refundedCents: cents(0) };
    const heldCents = heldWithout(before, known);
    return become(before, { heldCents }, "reversed: out of customer credit", [undone]);
  }
  const { refundedCents } = before;
  const undone: Effect = { ...head, returnsCredit: true, refundedCents };
  const review = refundedCents > 0 ? "given-back-twice" : (before.review ?? "reversed");
  const changes = { state: "reversed", corroborated: true, review } as const;
  return become(before, changes, "reversed", [undone, { kind: "revoke-grant" }]);
}

/** Before money, each receipt of the purchase that is in its customer's credit is held for it: one that is undone no more. */
function heldWithout(before: Purchase, undone: KnownReceipt): Cents {
  return isMoney(before) || undone.state === "suspense"
    ? before.heldCents
    : cents(Math.max(0, before.heldCents - undone.amountCents));
}

/** What was never there goes out of the books. The grant stays when the purchase is paid without it. */
export function onDisproof(
  before: Purchase,
  receipt: string,
  known: KnownReceipt | null,
  others: readonly OtherReceipt[],
): Transition {
  if (known === null || known.intentId !== before.intentId)
    return keep(before, "nothing: not a receipt of this purchase");
  if (known.corroborated) return keep(before, "nothing: it is proved");
  if (known.state === "reversed" || known.state === "disproved") return keep(before, "undone already");
  const undone: Effect = {
    kind: "undo-receipt",
    receipt,
    because: "disproved",
    returnsCredit: false,
    refundedCents: cents(0),
  };
  const undonePlan: Effect = { ...undone, returnsCredit: true };
  const review = before.review ?? "disproved";
  if (before.receipt !== receipt) {
    const heldCents = heldWithout(before, known);
    return become(before, { heldCents, review }, "disproved: out of customer credit", [undone]);
  }
  const ofThePrice = others.filter((other) => other.amountCents >= before.amountCents);
  const standing = ofThePrice.filter(({ state }) => state === "booked" || state === "credit");
  const heir = standing.find((other) => other.corroborated) ?? standing[0];
  if (heir !== undefined) {
    const effects: Effect[] = [{ kind: "replace-receipt", receipt, by: heir.receipt }, undone];
    const corroborated = before.corroborated || heir.corroborated;
    if (corroborated && !before.corroborated) effects.push({ kind: "verify-grant" });
    const changes = { receipt: heir.receipt, corroborated, review: "disproved" } as const;
    return become(before, changes, `disproved: ${heir.receipt} paid`, effects);
  }
  // A question agreed that it is paid, and no money went back since: the receipt is to come.
  if (before.corroborated && !ofThePrice.some(({ state }) => state === "reversed")) {
    const { amountCents } = before;
    const booked: Effect = { kind: "book-unreceipted", amountCents, insteadOf: receipt };
    const changes = { state: "paid_unreceipted", receipt: null, unreceipted: true, review: "disproved" } as const;
    return become(before, changes, "disproved: paid all the same, receipt to come", [undonePlan, booked]);
  }
  const changes = { state: "disproved", corroborated: false, review: "disproved" } as const;
  return become(before, changes, "disproved: the rest is revoked", [undonePlan, { kind: "revoke-grant" }]);
}
