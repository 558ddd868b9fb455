import { expect, test } from "vitest";
import { hasFigures, hasValues, withWrittenDays, writtenDays, writtenSpan } from "./shown-report.ts";

const english = { locale: "en", utcOffsetMinutes: 180 } as const;
const swahili = { locale: "sw", utcOffsetMinutes: 180 } as const;

test.each([
  ["2026-11-29", "29 Nov 2026", "29 Nov 2026"],
  ["2026-10-31", "31 Oct 2026", "31 Okt 2026"],
  ["2026-10", "Oct 2026", "Okt 2026"],
  ["Total", "Total", "Total"],
  ["2026-13", "2026-13", "2026-13"],
])("[REP-05] a report's %s is written as on other pages", (text, en, sw) => {
  expect([writtenDays(text, english), writtenDays(text, swahili)]).toEqual([en, sw]);
});

test("[REP-05] the span and the chart's labels too; one day is no span", () => {
  expect(writtenSpan({ fromDay: "2026-10-31", untilDay: "2026-11-29" }, english)).toBe("31 Oct 2026 – 29 Nov 2026");
  expect(writtenSpan({ fromDay: "2026-11-29", untilDay: "2026-11-29" }, english)).toBe("29 Nov 2026");
  const chart = {
    kind: "bars",
    unit: "count",
    currency: null,
    labels: ["10-31", "02-29", "2026-02"],
    series: [],
  } as const;
  expect(withWrittenDays(chart, english).labels).toEqual(["31 Oct", "29 Feb", "Feb 2026"]);
});

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
