/**
 * Time that ran while the internet was away, given back (where the provider says so). Whoever had a grant running gets
 * its end moved by the part of the outage that fell into it; what was left when the internet went is left when it is back.
 * Pure.
 */
import type { Grant } from "@karibu/protocol/grant";
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";

export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

/** The outage as it is credited, or null: too short. A long one counts from its end backwards, up to the provider's limit. */
export function creditableOutage(
  outage: Outage,
  rule: { readonly minSeconds: number; readonly maxSeconds: number } | undefined,
): Outage | null {
  const lengthMs = outage.toMs - outage.fromMs;
  if (rule === undefined || lengthMs < rule.minSeconds * 1000 || lengthMs <= 0) return null;
  return { fromMs: Math.max(outage.fromMs, outage.toMs - rule.maxSeconds * 1000), toMs: outage.toMs };
}

/** The grant's end after the credit; itself where there is nothing to credit. Use time needs none: it did not run. */
export function creditedEnd(grant: Pick<Grant, "startedAtMs" | "endsAtMs" | "terms">, outage: Outage): UnixMs | null {
  const { startedAtMs, endsAtMs, terms } = grant;
  if (startedAtMs === null || endsAtMs === null || terms.validitySeconds === null) return endsAtMs;
  if (startedAtMs >= outage.toMs || endsAtMs <= outage.fromMs) return endsAtMs;
  const later = endsAtMs + (outage.toMs - Math.max(outage.fromMs, startedAtMs));
  return unixMs(terms.validUntilMs === null ? later : Math.max(endsAtMs, Math.min(later, terms.validUntilMs)));
}
