/** What a curve says, in numbers. Pure. */
interface Valued {
  readonly value: number | null;
}

/** Its lowest, highest and last value; null: no value is known. */
export function summaryOf(points: readonly Valued[]): { low: number; high: number; last: number } | null {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]));
  const last = values.at(-1);
  if (last === undefined) return null;
  return {
    low: values.reduce((least, each) => Math.min(least, each)),
    high: values.reduce((most, each) => Math.max(most, each)),
    last,
  };
}

/** At most `count` of them, evenly spread, the last one always: a table of 10,000 rows helps nobody. */
export function thinned<Item>(items: readonly Item[], count: number): readonly Item[] {
  if (items.length <= count) return items;
  const step = (items.length - 1) / (count - 1);
  return Array.from({ length: count }, (_, at) => items[Math.round(at * step)] as Item);
}

/** From the first point to the last, at least an hour: a single point must not stretch over days. The points are in the order of time. */
export function shownSpan(points: readonly { readonly atMs: number }[]): { fromMs: number; toMs: number } {
  const fromMs = points[0]?.atMs ?? 0;
  const toMs = points.at(-1)?.atMs ?? fromMs;
  const lackingMs = Math.max(0, 3_600_000 - (toMs - fromMs));
  return { fromMs: fromMs - lackingMs / 2, toMs: toMs + lackingMs / 2 };
}
