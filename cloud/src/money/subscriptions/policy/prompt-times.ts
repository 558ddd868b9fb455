/** When a customer's phone may be asked: never at night, never while another try may still be paid. Pure. */

/** What decides whether the customer's phone is asked for what is missing. */
export interface PromptFacts {
  /** Tries since the last package was bought. */
  readonly made: number;
  /** The provider's rule. */
  readonly max: number;
  readonly lastAtMs: number | null;
  /** How long a try is open already that may still be paid; null: none is. */
  readonly openForMs: number | null;
  readonly utcOffsetMinutes: number;
}

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** An answer that is longer on its way is in doubt. */
export const answerMs = 15 * minuteMs;
/** Nobody's phone rings at night. */
const [firstHour, lastHour] = [7, 21];

/** How long until the phone may be asked; 0: now. @param betweenMs the pause after the last try */
export function promptInMs(
  {
    lastAtMs,
    utcOffsetMinutes,
    betweenMs,
  }: Pick<PromptFacts, "lastAtMs" | "utcOffsetMinutes"> & { readonly betweenMs: number },
  nowMs: number,
): number {
  const atMs = lastAtMs === null ? nowMs : Math.max(nowMs, lastAtMs + betweenMs);
  const ofDayMs = (((atMs + utcOffsetMinutes * minuteMs) % dayMs) + dayMs) % dayMs;
  if (ofDayMs < firstHour * hourMs) return atMs - nowMs + firstHour * hourMs - ofDayMs;
  if (ofDayMs >= lastHour * hourMs) return atMs - nowMs + dayMs + firstHour * hourMs - ofDayMs;
  return atMs - nowMs;
}
