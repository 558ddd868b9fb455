import type { Refund } from "../../data/money/refunds.ts";
import { say } from "../../strings/strings.ts";

/** How a person ends a refund that failed, or whose end the channel has not reported. */
export type Resolution = "retry" | "paid" | "not-paid" | "given-up";

export function resolutionsOf(refund: Refund): readonly Resolution[] {
  if (refund.resolution !== null) return [];
  if (refund.state === "failed") return ["retry", "paid", "given-up"];
  if (refund.state === "returned") return ["retry", "given-up"];
  return refund.state === "unknown" || refund.state === "sent" ? ["paid", "not-paid"] : [];
}

const texts = {
  retry: "resolve_retry",
  paid: "resolve_paid",
  "not-paid": "resolve_not_paid",
  "given-up": "resolve_given_up",
} as const;

export const resolutionText = (resolution: Resolution): string => say(texts[resolution]);
