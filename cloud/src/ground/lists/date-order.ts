/** Whether the day or the month stands first in dates such as 05/12/2026: nobody knows from one of them, and often from a file's all. Pure. */
export const dateOrders = ["day-first", "month-first"] as const;
export type DateOrder = (typeof dateOrders)[number];

/** By days after the twelfth. Null: they tell nothing, or both. */
export function orderOfDates(dates: Iterable<{ readonly first: string; readonly second: string }>): DateOrder | null {
  const seen = new Set<DateOrder>();
  for (const { first, second } of dates) {
    if (Number(first) > 12) seen.add("day-first");
    if (Number(second) > 12) seen.add("month-first");
  }
  const [only] = seen;
  return seen.size === 1 ? (only ?? null) : null;
}
