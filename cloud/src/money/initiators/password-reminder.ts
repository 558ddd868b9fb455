/**
 * When a provider's owners are reminded that an initiator's password expires. Then reversals, payouts and status queries stop.
 * The channel says how long a password lives, and on which days of its life a mail goes out.
 */
const dayMs = 86_400_000;

/**
 * @param days days of a password's life at which a mail goes out; the last one is its end
 * @returns days left, when a reminder is due that has not gone out since its day; null: none is
 */
export function passwordReminder(
  days: readonly number[],
  setAtMs: number | null,
  remindedAtMs: number | null,
  nowMs: number,
): { readonly daysLeft: number } | null {
  if (setAtMs === null) return null;
  const due = days.findLast((day) => nowMs >= setAtMs + day * dayMs);
  if (due === undefined || (remindedAtMs !== null && remindedAtMs >= setAtMs + due * dayMs)) return null;
  const lifeDays = days.at(-1) ?? due;
  return { daysLeft: Math.max(0, Math.ceil((setAtMs + lifeDays * dayMs - nowMs) / dayMs)) };
}
