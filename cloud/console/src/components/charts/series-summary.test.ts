import { expect, test } from "vitest";
import { shownSpan, summaryOf, thinned } from "./series-summary.ts";

const points = (...values: (number | null)[]) => values.map((value) => ({ value }));

test.each([
  [points(), null],
  [points(null, null), null],
  [points(3), { low: 3, high: 3, last: 3 }],
  [points(5, null, -2, 9, null), { low: -2, high: 9, last: 9 }],
])("a curve's lowest, highest and last value", (series, summary) => {
  expect(summaryOf(series)).toEqual(summary);
});

test("a long list is thinned evenly, with its first and last item", () => {
  const items = Array.from({ length: 1_001 }, (_, at) => at);
  expect(thinned(items, 5)).toEqual([0, 250, 500, 750, 1_000]);
  expect(thinned([1, 2], 5)).toEqual([1, 2]);
});

test("the time that is shown is that of the points, and at least an hour", () => {
  expect(shownSpan([{ atMs: 0 }, { atMs: 7_200_000 }])).toEqual({ fromMs: 0, toMs: 7_200_000 });
  expect(shownSpan([{ atMs: 3_600_000 }])).toEqual({ fromMs: 1_800_000, toMs: 5_400_000 });
  expect(shownSpan([])).toEqual({ fromMs: -1_800_000, toMs: 1_800_000 });
});
