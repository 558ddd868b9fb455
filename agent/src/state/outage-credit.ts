/**
 * Outages that the provider credits: each running grant ends later by the part of the outage that fell into it. Part of the
 * fold.
 */
import type { GrantChangeBody } from "@karibu/protocol/feed";
import type { Grant } from "@karibu/protocol/grant";
import { type EventOf, onGiftMax } from "@karibu/protocol/journal/record";
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
  const onGift = new Set(record.onGift);
  for (const used of state.grants.values()) {
    const isOnGift = onGift.has(used.grant.grantId);
    const creditMs = creditOf(used.grant, outage, isOnGift);
    if (creditMs === 0) continue;
    const uncutEndMs = (used.uncutEndMs ?? (used.grant.endsAtMs as number)) + creditMs;
    const endsAtMs = creditedEnd(used.grant, outage, isOnGift);
    if (endsAtMs !== used.grant.endsAtMs) used.grant = { ...used.grant, endsAtMs };
    keepUncutEnd(used, uncutEndMs);
  }
}

/**
 * Grants whose time ran as the outage began only for what staff gave. Their gift is in the feed, which the fold does not read: so the record names
 * them.
 */
export function grantsOnGift(
  state: Pick<SiteState, "grants" | "creditedToMs">,
  changes: ReadonlyMap<string, GrantChangeBody>,
  outage: Outage,
): string[] {
  const fromMs = Math.max(outage.fromMs, state.creditedToMs);
  const found: string[] = [];
  for (const [grantId, change] of changes) {
    const grant = state.grants.get(grantId)?.grant;
    if (grant === undefined || grant.endsAtMs === null) continue;
    const given = grant.given?.seconds ?? 0;
    const soldEndMs = grant.endsAtMs - given * 1000;
    if (soldEndMs <= fromMs && soldEndMs + Math.max(given, change.seconds) * 1000 > fromMs) found.push(grantId);
  }
  return found.slice(0, onGiftMax);
}

/** The grant's end after the credit; unchanged where nothing is credited. Use time needs no credit: it did not run. */
export function creditedEnd(grant: Period, outage: Outage, isOnGift = false): UnixMs | null {
  const { endsAtMs, terms } = grant;
  const creditMs = creditOf(grant, outage, isOnGift);
  if (endsAtMs === null || creditMs === 0) return endsAtMs;
  return unixMs(Math.max(endsAtMs, Math.min(endsAtMs + creditMs, terms.validUntilMs ?? Number.POSITIVE_INFINITY)));
}

/** Also of what the plan's date cuts off. */
function creditOf({ startedAtMs, endsAtMs, terms }: Period, outage: Outage, isOnGift: boolean): number {
  if (startedAtMs === null || endsAtMs === null || terms.validitySeconds === null) return 0;
  if (startedAtMs >= outage.toMs || (endsAtMs <= outage.fromMs && !isOnGift)) return 0;
  return outage.toMs - Math.max(outage.fromMs, startedAtMs);
}
