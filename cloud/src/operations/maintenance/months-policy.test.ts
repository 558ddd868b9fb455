import { expect, test } from "vitest";
import { type MonthsOfTable, planMonths } from "./months-policy.ts";

const dayMs = 86_400_000;
const now = Date.UTC(2026, 10, 24, 20);
const table = (more: Partial<MonthsOfTable> = {}): MonthsOfTable => ({
  name: "audit",
  months: ["2026-11", "2026-12", "2027-01"],
  begun: [],
  firstOther: null,
  lastOther: null,
  ...more,
});
const nothing = { make: [], drop: [], forgetBefore: null };

test("an empty table gets this month and the next two", () => {
  expect(planMonths(now, null, table({ months: [] }))).toEqual({ ...nothing, make: ["2026-11", "2026-12", "2027-01"] });
  expect(planMonths(now, 90 * dayMs, table())).toEqual(nothing);
});

test("a month goes when its last moment is too old, and not before", () => {
  const months = ["2026-07", "2026-08", "2026-09", "2026-10", "2026-11", "2026-12", "2027-01"];
  // 90 days before the 24th of November at 20:00 is the 26th of August.
  expect(planMonths(now, 90 * dayMs, table({ months })).drop).toEqual(["2026-07"]);
  const september = Date.UTC(2026, 8, 1) + 90 * dayMs;
  expect(planMonths(september - 1, 90 * dayMs, table({ months })).drop).toEqual(["2026-07"]);
  expect(planMonths(september, 90 * dayMs, table({ months })).drop).toEqual(["2026-07", "2026-08"]);
});

test("what is kept for ever loses no month", () => {
  expect(planMonths(now, null, table({ months: ["1999-01", "2026-11", "2026-12", "2027-01"] }))).toEqual(nothing);
});

test("rows that found no part get theirs: a hub that was off for months, a back-up of last year", () => {
  const off = table({ months: ["2026-07"], firstOther: "2026-09", lastOther: "2026-11" });
  expect(planMonths(now, 400 * dayMs, off).make).toEqual(["2026-09", "2026-10", "2026-11", "2026-12", "2027-01"]);
  const lastYear = planMonths(now, 60 * dayMs, table({ firstOther: "2025-02", lastOther: "2026-10" }));
  expect(lastYear).toEqual({ make: ["2026-09", "2026-10"], drop: [], forgetBefore: "2026-09" });
});

test("rows of a wrong clock make no thousand parts: those of the future wait, those of 1970 are forgotten or, kept for ever, stay", () => {
  expect(planMonths(now, 400 * dayMs, table({ firstOther: "2031-05", lastOther: "2031-05" }))).toEqual(nothing);
  expect(planMonths(now, 400 * dayMs, table({ firstOther: "1970-01", lastOther: "1970-01" }))).toEqual({
    ...nothing,
    forgetBefore: "2025-10",
  });
  expect(planMonths(now, null, table({ firstOther: "1970-01", lastOther: "1970-01" }))).toEqual(nothing);
  expect(planMonths(now, null, table({ firstOther: "0001-01", lastOther: "9999-12" })).make.length).toBe(120);
});

test("a month into which rows are still to be moved is gone on with, and goes as any other when it is too old", () => {
  const months = ["2026-07", "2026-10", "2026-11", "2026-12", "2027-01"];
  expect(planMonths(now, 90 * dayMs, table({ months, begun: ["2026-07", "2026-10"] }))).toEqual({
    ...nothing,
    make: ["2026-10"],
    drop: ["2026-07"],
  });
});

test("the turn of a year", () => {
  expect(planMonths(Date.UTC(2026, 11, 31, 23, 59), null, table({ months: ["2026-12"] })).make).toEqual([
    "2027-01",
    "2027-02",
  ]);
});
