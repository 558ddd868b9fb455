/**
 * When a site is too quiet: nobody has logged in for so long that it can hardly be chance. Pure.
 *
 * A site's usual hours are how many log-ins each hour of its week has. Log-ins that come by chance at a known rate leave a gap with the
 * probability e^-n, where n is how many were expected in it (the Poisson distribution). An alarm at n = 9 is wrong once in some 8,000 gaps;
 * log-ins come in bunches, so sites have to be given more: `expectedMin`.
 */

export const hoursOfWeek = 168;
const hourMs = 3_600_000;
const weekMs = hoursOfWeek * hourMs;
/** 1970-01-01 was a Thursday; hours count from Monday. */
const mondayMs = 4 * 24 * hourMs;

/** So many log-ins are missed before anybody is told. */
const expectedMin = 12;
/** A younger site has no usual hours yet. */
const weeksMin = 2;
/** Nothing is missed for less, at the busiest site. */
const gapMsMin = 30 * 60_000;
/** A gap older than this is another state of the site: closed, not silent. */
export const silenceMsMax = 3 * 24 * hourMs;

export interface UsualHours {
  /** 168 numbers, Monday 00:00 of the provider's zone first. */
  readonly logInsPerHour: readonly number[];
  /** How many weeks they are learned from. */
  readonly weeks: number;
}

/** The hour of the week, 0 to 167. */
export function hourOfWeek(atMs: number, utcOffsetMinutes: number): number {
  const localMs = atMs + utcOffsetMinutes * 60_000 - mondayMs;
  return Math.floor((((localMs % weekMs) + weekMs) % weekMs) / hourMs);
}

/** How many log-ins the usual hours let expect from one moment to another. */
export function expectedLogIns(usual: UsualHours, fromMs: number, untilMs: number, utcOffsetMinutes: number): number {
  let expected = 0;
  for (let atMs = fromMs; atMs < untilMs; ) {
    const nextMs = Math.min(untilMs, (Math.floor(atMs / hourMs) + 1) * hourMs);
    // Zones that are not whole hours away count a part of an hour with its neighbour: it evens out.
    expected += ((nextMs - atMs) / hourMs) * (usual.logInsPerHour[hourOfWeek(atMs, utcOffsetMinutes)] ?? 0);
    atMs = nextMs;
  }
  return expected;
}

/** Null: it is not too quiet. Otherwise since when, and how many log-ins were missed. */
export function judgeSilence(
  usual: UsualHours,
  {
    lastLogInMs,
    nowMs,
    utcOffsetMinutes,
  }: { readonly lastLogInMs: number; readonly nowMs: number; readonly utcOffsetMinutes: number },
): { readonly sinceMs: number; readonly expected: number } | null {
  const gapMs = nowMs - lastLogInMs;
  if (usual.weeks < weeksMin || gapMs < gapMsMin || gapMs > silenceMsMax) return null;
  const expected = expectedLogIns(usual, lastLogInMs, nowMs, utcOffsetMinutes);
  return expected < expectedMin ? null : { sinceMs: lastLogInMs, expected };
}
