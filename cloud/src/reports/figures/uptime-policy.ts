/** How long a site was connected to the hub, by days. Pure. */

export interface Away {
  readonly fromMs: number;
  readonly untilMs: number;
}

export interface UptimeDay {
  readonly fromMs: number;
  /** Of this day, since the site is known; 0: it was not known yet, or the day is still to come. */
  readonly knownMs: number;
  readonly awayMs: number;
}

export interface Uptime {
  readonly days: UptimeDay[];
  readonly knownMs: number;
  readonly awayMs: number;
  /** How often it was away, and the longest of these. */
  readonly absences: number;
  readonly longestAwayMs: number;
}

const dayMs = 86_400_000;

/**
 * @param span from the beginning of the first day to now
 * @param knownSinceMs when the site's agent first came
 * @param away in the order of time, without overlaps; one that lasts ends now
 */
export function uptimeOf(
  span: { readonly fromMs: number; readonly nowMs: number },
  knownSinceMs: number | null,
  away: readonly Away[],
): Uptime {
  const since = knownSinceMs ?? span.nowMs;
  const within = (one: Away, fromMs: number, untilMs: number) =>
    Math.max(0, Math.min(one.untilMs, untilMs) - Math.max(one.fromMs, fromMs));
  const days: UptimeDay[] = [];
  for (let fromMs = span.fromMs; fromMs < span.nowMs; fromMs += dayMs) {
    const known = { fromMs: Math.max(fromMs, since), untilMs: Math.min(fromMs + dayMs, span.nowMs) };
    const awayMs = away.reduce((sum, one) => sum + within(one, known.fromMs, known.untilMs), 0);
    days.push({ fromMs, knownMs: Math.max(0, known.untilMs - known.fromMs), awayMs });
  }
  const shown = away.map((one) => within(one, Math.max(span.fromMs, since), span.nowMs)).filter((ms) => ms > 0);
  return {
    days,
    knownMs: days.reduce((sum, day) => sum + day.knownMs, 0),
    awayMs: days.reduce((sum, day) => sum + day.awayMs, 0),
    absences: shown.length,
    longestAwayMs: Math.max(0, ...shown),
  };
}
