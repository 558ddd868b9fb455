/** How much of an outage the provider credits. Pure. */
import type { Outage } from "../state/outage-credit.ts";

/** Null: too short for a credit. A long outage counts from its end backwards, up to the provider's limit. */
export function creditableOutage(
  outage: Outage,
  rule: { readonly minSeconds: number; readonly maxSeconds: number } | undefined,
): Outage | null {
  const lengthMs = outage.toMs - outage.fromMs;
  if (rule === undefined || lengthMs < rule.minSeconds * 1000 || lengthMs <= 0) return null;
  return { fromMs: Math.max(outage.fromMs, outage.toMs - rule.maxSeconds * 1000), toMs: outage.toMs };
}
