/** When a grant starts, ends and is cut off. Pure. */
import type { Grant, GrantOrigin } from "@karibu/protocol/grant";
import type { Terms } from "@karibu/protocol/plan";
import { type UnixMs, unixMs } from "@karibu/protocol/quantities";

/** A grant before its first use. */
export function unstartedGrant(grantId: string, origin: GrantOrigin, planName: string, terms: Terms): Grant {
  return {
    grantId,
    origin,
    planName,
    terms,
    startedAtMs: null,
    endsAtMs: null,
    revokedAtMs: null,
    unverified: false,
  };
}

/**
 * The grant as its first use fixes it. The absolute end is stored once, so that a restart, a new device or an edited plan can't
 * move it. A started grant comes back unchanged.
 */
export function startGrant(grant: Grant, nowMs: number): Grant {
  if (grant.startedAtMs !== null) return grant;
  return { ...grant, startedAtMs: unixMs(nowMs), endsAtMs: endOf(grant, nowMs) };
}

/** The absolute end; before the first use, the end if the first use were now. Null: no calendar end. */
export function endOf(grant: Grant, nowMs: number): UnixMs | null {
  const { validitySeconds, validUntilMs } = grant.terms;
  const byDate = validUntilMs ?? Number.POSITIVE_INFINITY;
  let byUse = Number.POSITIVE_INFINITY;
  if (grant.startedAtMs !== null) byUse = grant.endsAtMs ?? Number.POSITIVE_INFINITY;
  else if (validitySeconds !== null) byUse = nowMs + validitySeconds * 1000;
  const endMs = Math.min(byDate, byUse);
  return Number.isFinite(endMs) ? unixMs(endMs) : null;
}

/** When the device is turned away: at the grant's end, or after the period of grace. Null: no calendar end. */
export function cutOffOf(grant: Grant, nowMs: number): UnixMs | null {
  const endMs = endOf(grant, nowMs);
  return endMs === null ? null : unixMs(endMs + (grant.graceSeconds ?? 0) * 1000);
}
