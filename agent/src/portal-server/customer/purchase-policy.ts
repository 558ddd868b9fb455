import type { PurchaseState } from "@karibu/protocol/rpc/purchase-state";

/** What a new word about a purchase makes of the old one. Paid stays paid; a receipt or grant once seen is kept. */
export function mergePurchaseState(before: PurchaseState, next: PurchaseState): PurchaseState {
  if (before.state === "paid" && next.state !== "paid") return before;
  const payAt = next.state === "prompted" ? (next.payAt ?? before.payAt) : undefined;
  const isOpen = next.state === "prompted" || next.state === "unknown";
  const promptAnswered = isOpen && (next.promptAnswered === true || before.promptAnswered === true);
  const creditLeftCents = next.creditLeftCents ?? before.creditLeftCents;
  return {
    state: next.state,
    reason: next.state === "failed" ? (next.reason ?? "other") : null,
    receipt: next.receipt ?? before.receipt,
    grantId: next.grantId ?? before.grantId,
    ...(payAt === undefined ? {} : { payAt }),
    ...(next.state === "failed" && next.because !== undefined ? { because: next.because } : {}),
    ...(creditLeftCents === undefined ? {} : { creditLeftCents }),
    ...(promptAnswered ? { promptAnswered } : {}),
  };
}
