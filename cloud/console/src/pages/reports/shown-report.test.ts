import { expect, test } from "vitest";
import { hasFigures, hasValues } from "./shown-report.ts";

test("[REP-05] a day on which one sold nothing is left out of one's own sales", () => {
  expect(
    [
      ["2026-11-29", 0, 0, null],
      ["2026-11-28", 1, 2000, null],
      ["2026-11-27", 0, -500, null],
    ].map(hasFigures),
  ).toEqual([false, true, true]);
});

test("[REP-05] a chart of nothing but nought is not drawn", () => {
  const chartOf = (values: readonly (number | null)[]) =>
    ({
      kind: "bars",
      unit: "count",
      currency: null,
      labels: [],
      series: [{ name: "Sold", tone: "brand", values }],
    }) as const;
  expect([[], [null, 0], [0, 3]].map((values) => hasValues(chartOf(values)))).toEqual([false, false, true]);
});
