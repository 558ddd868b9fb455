/**
 * Outages that the provider credits: each running grant ends later by the part of the outage that fell into it. Part of the
 * fold.
 */
import type { Grant } from "@karibu/protocol/grant";
import type { EventOf } from "@karibu/protocol/journal/record";
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";
import { keepUncutEnd } from "./grant-fold.ts";
import type { SiteState } from "./site-state.ts";

export interface Outage {
  readonly fromMs: number;
  readonly toMs: number;
}

type Period = Pick<Grant, "startedAtMs" | "endsAtMs" | "terms">;

/** Changes the state in place. Each outage counts once: a record that is replayed over a newer snapshot changes nothing. */
export function creditOutage(state: SiteState, record: EventOf<"outage-credited">): void {
  if (record.toMs <= state.creditedToMs) return;
  const outage = { fromMs: Math.max(record.fromMs, state.creditedToMs), toMs: record.toMs };
  state.creditedToMs = record.toMs;
  for (const used of state.grants.values()) {
    const creditMs = creditOf(used.grant, outage);
    if (creditMs === 0) continue;
    const uncutEndMs = (used.uncutEndMs ?? (used.grant.endsAtMs as number)) + creditMs;
    const endsAtMs = creditedEnd(used.grant, outage);
    if (endsAtMs !== used.grant.endsAtMs) used.grant = { ...used.grant, endsAtMs };
    keepUncutEnd(used, uncutEndMs);
  }
}

/** The grant's end after the credit; unchanged where nothing is credited. Use time needs no credit: it did not run. */
export function creditedEnd(grant: Period, outage: Outage): UnixMs | null {
  const { endsAtMs, terms } = grant;
  const creditMs = creditOf(grant, outage);
  if (endsAtMs === null || creditMs === 0) return endsAtMs;
  return unixMs(Math.max(endsAtMs, Math.min(endsAtMs + creditMs, terms.validUntilMs ?? Number.POSITIVE_INFINITY)));
}

/** Also of what the plan's date cuts off. */
function creditOf({ startedAtMs, endsAtMs, terms }: Period, outage: Outage): number {
  if (startedAtMs === null || endsAtMs === null || terms.validitySeconds === null) return 0;
  if (startedAtMs >= outage.toMs || endsAtMs <= outage.fromMs) return 0;
  return outage.toMs - Math.max(outage.fromMs, startedAtMs);
}
