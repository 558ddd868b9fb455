import { expect, test } from "vitest";
import { chartDays, dayAfter, momentsOf, type PeriodName, periodDays, periodName } from "./periods.ts";

test.each<[PeriodName, string, string, string]>([
  ["today", "2026-11-21", "2026-11-21", "2026-11-21"],
  ["yesterday", "2026-03-01", "2026-02-28", "2026-02-28"],
  ["7d", "2026-11-03", "2026-10-28", "2026-11-03"],
  ["30d", "2026-11-21", "2026-10-23", "2026-11-21"],
  ["month", "2026-11-21", "2026-11-01", "2026-11-21"],
  ["last_month", "2026-01-15", "2025-12-01", "2025-12-31"],
  ["last_month", "2024-03-31", "2024-02-01", "2024-02-29"],
])("%s on %s is from %s to %s", (name, today, from, to) => {
  expect(periodDays(name, today)).toEqual({ from, to });
  expect(periodName({ from, to }, today)).toBe(name);
});

test("a range that has no name is one's own", () => {
  expect(periodName({ from: "2026-11-02", to: "2026-11-05" }, "2026-11-21")).toBeNull();
});

test("a range covers whole days of the provider's zone", () => {
  expect(momentsOf({ from: "2026-11-20", to: "2026-11-20" }, 180)).toEqual({
    fromMs: Date.UTC(2026, 10, 19, 21),
    untilMs: Date.UTC(2026, 10, 20, 21),
  });
  expect(momentsOf({ from: "", to: "no day" }, 180)).toEqual({ fromMs: null, untilMs: null });
});

test.each([
  ["a month that is over", "2026-10-01", "2026-10-31", { count: 31, from: "2026-10-01", to: "2026-10-31" }],
  ["one day", "2026-11-20", "2026-11-20", { count: 1, from: "2026-11-20", to: "2026-11-20" }],
  ["no choice", "", "", { count: 30, from: "2026-10-23", to: "2026-11-21" }],
  ["no end", "2026-11-15", "", { count: 7, from: "2026-11-15", to: "2026-11-21" }],
  ["no beginning", "", "2026-11-01", { count: 30, from: "2026-10-03", to: "2026-11-01" }],
  ["years", "2023-01-01", "2026-11-21", { count: 366, from: "2025-11-21", to: "2026-11-21" }],
  ["days to come", "2026-11-20", "2026-12-31", { count: 2, from: "2026-11-20", to: "2026-11-21" }],
  ["only days to come", "2026-12-01", "2026-12-31", null],
  ["no range", "2026-11-20", "2026-11-02", null],
  ["no day", "tomorrow", "", null],
])("a chart of %s has a bar for each of its days", (_, from, to, days) => {
  expect(chartDays({ from, to }, "2026-11-21")).toEqual(days);
});

test.each([
  ["2026-12-31", "2027-01-01"],
  ["", ""],
  ["20261-12-01", ""],
  ["2026-13-45", ""],
])("the day after %s is %s: an address that somebody typed stops no page", (day, next) => {
  expect(dayAfter(day)).toBe(next);
});
