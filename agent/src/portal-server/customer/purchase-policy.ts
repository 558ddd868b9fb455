import type { PurchaseState } from "@karibu/protocol/rpc/purchase-state";

/** What a new word about a purchase makes of the old one. Paid stays paid; a receipt or grant once seen is kept. */
export function mergePurchaseState(before: PurchaseState, next: PurchaseState): PurchaseState {
  if (before.state === "paid" && next.state !== "paid") return before;
  const isOpen = next.state === "prompted" || next.state === "unknown";
  const { payAt, promptAnswered, because, ...known } = { ...before, ...next };
  return {
    ...known,
    reason: next.state === "failed" ? (next.reason ?? "other") : null,
    receipt: next.receipt ?? before.receipt,
    grantId: next.grantId ?? before.grantId,
    ...(next.state === "prompted" && payAt !== undefined ? { payAt } : {}),
    ...(next.because !== undefined && next.state === "failed" ? { because: next.because } : {}),
    ...(isOpen && promptAnswered === true ? { promptAnswered } : {}),
  };
}
