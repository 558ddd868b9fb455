import type { ProviderMonth } from "../../data/reports/reports.ts";

interface CurrencyMonths {
  readonly currency: string;
  /** Twelve months up to the last one with money, the oldest first. */
  readonly months: readonly { readonly month: string; readonly takenCents: number }[];
}

const monthsShown = 12;

/** What all providers took, month by month, for each currency apart. */
export function revenueByMonth(
  rows: readonly Pick<ProviderMonth, "month" | "currency" | "takenCents">[],
): readonly CurrencyMonths[] {
  // Not Map.groupBy: phones of 2023 lack it.
  const sums = new Map<string, Map<string, number>>();
  for (const { month, currency, takenCents } of rows) {
    const months = sums.get(currency) ?? new Map<string, number>();
    sums.set(currency, months.set(month, (months.get(month) ?? 0) + takenCents));
  }
  return [...sums]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([currency, months]) => ({
      currency,
      months: monthsUpTo([...months.keys()].sort().at(-1) as string).map((month) => ({
        month,
        takenCents: months.get(month) ?? 0,
      })),
    }));
}

/** `2026-11` and the eleven months before it. */
function monthsUpTo(last: string): string[] {
  const [year = 0, month = 0] = last.split("-").map(Number);
  const at = (back: number) => new Date(Date.UTC(year, month - 1 - back, 1)).toISOString().slice(0, 7);
  return Array.from({ length: monthsShown }, (_, index) => at(monthsShown - 1 - index));
}
