import { expect, test } from "vitest";
import { momentsOf, type PeriodName, periodDays, periodName } from "./periods.ts";

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
