/**
 * When a line's customer is asked by phone for what credit does not cover: on the day of the end by the provider's clock, at fixed hours, so often as
 * the provider says. Never at night, and never while an earlier try may still be paid: whoever asked again might take the money twice. Pure.
 */

export interface LinePromptFacts {
  readonly nowMs: number;
  readonly paidUntilMs: number;
  readonly utcOffsetMinutes: number;
  readonly missingCents: number;
  /** Tries since it was paid last, the provider's rule, and when the last one was. */
  readonly made: number;
  readonly max: number;
  readonly lastAtMs: number | null;
  /** An earlier try may still be paid, or nobody knows what became of it. */
  readonly isOpen: boolean;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const slotHours = [7, 10, 13, 16, 19];
const lastHour = 21;

/** When the phone may be asked, on the day of this end. */
export function promptSlotsMs(paidUntilMs: number, utcOffsetMinutes: number): number[] {
  const dayStartMs = dayStart(paidUntilMs, utcOffsetMinutes);
  return slotHours.map((hour) => dayStartMs + hour * hourMs);
}

function dayStart(atMs: number, utcOffsetMinutes: number): number {
  const offsetMs = utcOffsetMinutes * 60_000;
  return Math.floor((atMs + offsetMs) / dayMs) * dayMs - offsetMs;
}

/** Once for each hour that has come. */
export function asksNow(facts: LinePromptFacts): boolean {
  const { nowMs, paidUntilMs, utcOffsetMinutes, lastAtMs } = facts;
  if (facts.missingCents <= 0 || facts.made >= facts.max || facts.isOpen) return false;
  if (nowMs >= dayStart(paidUntilMs, utcOffsetMinutes) + lastHour * hourMs) return false;
  const slotMs = promptSlotsMs(paidUntilMs, utcOffsetMinutes).findLast((atMs) => atMs <= nowMs);
  return slotMs !== undefined && (lastAtMs === null || lastAtMs < slotMs);
}
