/**
 * Outages that the provider credits: each running grant ends later by the part of the outage that fell into it. Part of the
 * fold.
 */
import type { Grant } from "@karibu/protocol/grant";
import type { EventOf } from "@karibu/protocol/journal/record";
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";
import type { SiteState } from "./site-state.ts";

export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Changes the state in place. Each outage counts once: a record that is replayed over a newer snapshot changes nothing. */
export function creditOutage(state: SiteState, record: EventOf<"outage-credited">): void {
  if (record.toMs <= state.creditedToMs) return;
  const outage = { fromMs: Math.max(record.fromMs, state.creditedToMs), toMs: record.toMs };
  state.creditedToMs = record.toMs;
  for (const used of state.grants.values()) {
    const endsAtMs = creditedEnd(used.grant, outage);
    if (endsAtMs !== used.grant.endsAtMs) used.grant = { ...used.grant, endsAtMs };
  }
}

/** The grant's end after the credit; unchanged where nothing is credited. Use time needs no credit: it did not run. */
export function creditedEnd(grant: Pick<Grant, "startedAtMs" | "endsAtMs" | "terms">, outage: Outage): UnixMs | null {
  const { startedAtMs, endsAtMs, terms } = grant;
  if (startedAtMs === null || endsAtMs === null || terms.validitySeconds === null) return endsAtMs;
  if (startedAtMs >= outage.toMs || endsAtMs <= outage.fromMs) return endsAtMs;
  const later = endsAtMs + (outage.toMs - Math.max(outage.fromMs, startedAtMs));
  return unixMs(terms.validUntilMs === null ? later : Math.max(endsAtMs, Math.min(later, terms.validUntilMs)));
}
