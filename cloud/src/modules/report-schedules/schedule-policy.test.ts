import fc from "fast-check";
import { expect, test } from "vitest";
import { nextDayOf, spanBefore } from "./schedule-policy.ts";

test.each([
  ["day", "2026-02-28", "2026-03-01"],
  ["week", "2026-11-22", "2026-11-23"],
  ["week", "2026-11-23", "2026-11-30"],
  ["week", "2026-11-24", "2026-11-30"],
  ["week", "2026-11-28", "2026-11-30"],
  ["month", "2026-12-31", "2027-01-01"],
  ["month", "2027-01-01", "2027-02-01"],
] as const)("[REP-12] each %s: after %s comes %s", (every, day, next) => expect(nextDayOf(every, day)).toBe(next));

test.each([
  ["day", "2026-03-01", "2026-02-28", "2026-02-28"],
  ["week", "2026-11-23", "2026-11-16", "2026-11-22"],
  ["month", "2027-01-01", "2026-12-01", "2026-12-31"],
  ["month", "2028-03-02", "2028-02-01", "2028-02-29"],
] as const)("[REP-12] each %s: a letter of %s tells of %s to %s", (every, day, fromDay, untilDay) =>
  expect(spanBefore(every, day)).toEqual({ fromDay, untilDay }),
);

test("[REP-12] letters that come in time leave no day out, and tell of none twice", () => {
  const day = fc.integer({ min: 0, max: 20_000 }).map((at) => new Date(at * 86_400_000).toISOString().slice(0, 10));
  fc.assert(
    fc.property(day, fc.constantFrom("day", "week", "month"), (some, every) => {
      const first = nextDayOf(every, some);
      expect(first > some).toBe(true);
      const { untilDay } = spanBefore(every, first);
      const { fromDay } = spanBefore(every, nextDayOf(every, first));
      expect((Date.parse(fromDay) - Date.parse(untilDay)) / 86_400_000).toBe(1);
    }),
  );
});
