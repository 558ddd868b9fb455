import { expect, test } from "vitest";
import { writtenSpan } from "../written-day.ts";
import { withWrittenDays, writtenDays } from "./written-days.ts";

test.each([
  ["2026-11-29", "29 Nov 2026", "29 Nov 2026"],
  ["2026-10-31", "31 Oct 2026", "31 Okt 2026"],
  ["2026-10", "Oct 2026", "Okt 2026"],
  ["Total", "Total", "Total"],
  ["2026-13", "2026-13", "2026-13"],
])("[REP-05] a report's %s is written as on other pages", (text, en, sw) => {
  expect([writtenDays(text, "en"), writtenDays(text, "sw")]).toEqual([en, sw]);
});

test("[REP-05] the span and the chart's labels too; one day is no span, and names are no days", () => {
  expect(writtenSpan("2026-10-31", "2026-11-29", "en")).toBe("31 Oct 2026 – 29 Nov 2026");
  expect(writtenSpan("2026-11-29", "2026-11-29", "en")).toBe("29 Nov 2026");
  const chart = {
    kind: "bars",
    unit: "count",
    currency: null,
    labels: ["10-31", "02-29", "2026-02"],
    series: [],
  } as const;
  expect(withWrittenDays(chart, "day", "en").labels).toEqual(["31 Oct", "29 Feb", "Feb 2026"]);
  expect(withWrittenDays(chart, "plan", "en").labels).toEqual(chart.labels);
});
