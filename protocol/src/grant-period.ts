/** What a grant's period is, apart from the plan's fixed date: what credits lengthen, and corrections of the clock move. Pure; the site and the hub ask it. */
import type { Grant } from "./grant.ts";

type Period = Pick<Grant, "startedAtMs" | "endsAtMs" | "terms">;

/** The clock is read once for the start and once more for the record of it. */
const readApartMs = 1000;

/**
 * The record tells of a start that was not its own: the lease came with it from another site, or back from one. It is a date that somebody has
 * written before, and not what this site's clock showed.
 */
export const beganElsewhere = ({ grant, atMs }: { readonly grant: Period; readonly atMs: number }): boolean =>
  grant.startedAtMs !== null && Math.abs(grant.startedAtMs - atMs) > readApartMs;

/** When its validity ends, as it begins: the plan's date may end it before. Null: it ends by that date alone, or has no calendar end. */
export function uncutEndOf({ startedAtMs, endsAtMs, terms }: Period): number | null {
  const { validitySeconds, validUntilMs } = terms;
  if (endsAtMs === null || validUntilMs === null || endsAtMs < validUntilMs) return endsAtMs;
  if (validitySeconds === null || startedAtMs === null) return null;
  return Math.max(endsAtMs, startedAtMs + validitySeconds * 1000);
}
