/** What can be done for the customer of a payment, and why not. Pure. */
import type { PurchaseStage } from "../purchases/transition/purchase-facts.ts";

export interface SaleFacts {
  readonly state: PurchaseStage;
  /** Null: the payment opened none. */
  readonly grant: { readonly revokedAtMs: number | null; readonly endsAtMs: number | null } | null;
}

/** Codes of the API. */
export const saleProblems = ["not-paid", "no-grant", "grant-revoked", "grant-ended"] as const;
export type SaleProblem = (typeof saleProblems)[number];

/** Why nothing can be done with what was sold; null: it can still be used. */
export function saleProblem({ state, grant }: SaleFacts, nowMs: number): SaleProblem | null {
  if (grant?.revokedAtMs != null) return "grant-revoked";
  if (state !== "paid" && state !== "paid_unreceipted") return "not-paid";
  if (grant === null) return "no-grant";
  return grant.endsAtMs !== null && grant.endsAtMs <= nowMs ? "grant-ended" : null;
}
