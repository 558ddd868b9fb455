import { expect, test } from "vitest";
import { amountOf, dateOf, dateOrderOf, decimalSignOf } from "./cell-values.ts";

const offset = 180;

test.each([
  ["1250", 125_000],
  ["1,250.00", 125_000],
  ["-30.5", -3050],
  ["30,50", 3050],
  ["100.0000", 10_000],
  ["0", 0],
  ["1.250,00", 125_000],
  ["1 250,5", 125_050],
  ["1\u00a0250", 125_000],
  ["1'250.00", 125_000],
  ["1,250,000", 125_000_000],
  ["KSh 5", 500],
  ["Kshs. 1,250.00", 125_000],
  ["1,250/=", 125_000],
  ["KES -30.50", -3050],
  ["(1,250.00)", -125_000],
  ["KSh (30)", -3000],
  ["30-", -3000],
  ["\u221230", -3000],
  ["-0", 0],
  ["$ 5", "other-currency"],
  ["UGX 5000", "other-currency"],
  ["5 DR", "other-currency"],
  ["--5", null],
  ["(-5)", null],
  ["1,25,000", null],
  ["1 25", null],
  ["1.250", null],
  ["12.345", null],
  ["1e5", null],
  ["=5+5", null],
  ["many", null],
])("[CUS-22] a balance of %j is %j cents", (text, cents) => {
  expect(amountOf(text, "KES", null)).toBe(cents);
});

test("[CUS-22] one sign before three digits means what the file's other amounts say, and is refused where they say the other", () => {
  expect(decimalSignOf(["1250", "30,5", "1.250", "x"])).toBe(",");
  expect(decimalSignOf(["1,250.00", "7"])).toBe(".");
  expect(decimalSignOf(["100.0000", "1,250"])).toBe(".");
  expect(decimalSignOf(["1,250", "1.250", "150.000"])).toBeNull();
  expect(decimalSignOf(["30.50", "30,50"])).toBeNull();
  expect(["1.250", "1,250"].map((text) => amountOf(text, "KES", ","))).toEqual([125_000, null]);
  expect(["1.250", "1,250"].map((text) => amountOf(text, "KES", "."))).toEqual([null, 125_000]);
});

test.each([
  ["2026-12-01", Date.UTC(2026, 11, 1, 21)],
  ["2026-12-01 14:30", Date.UTC(2026, 11, 1, 11, 30)],
  ["2026-12-01T14:30:05.000Z", Date.UTC(2026, 11, 1, 14, 30, 5)],
  ["2026-12-01T14:30:00+0200", Date.UTC(2026, 11, 1, 12, 30)],
  ["2026/12/1", Date.UTC(2026, 11, 1, 21)],
  ["31/12/2026", Date.UTC(2026, 11, 31, 21)],
  ["12/31/2026 2:30 PM", Date.UTC(2026, 11, 31, 11, 30)],
  ["12/31/2026 12:05 am", Date.UTC(2026, 11, 30, 21, 5)],
  ["05/05/2026", Date.UTC(2026, 4, 5, 21)],
  ["01.12.2026", Date.UTC(2026, 11, 1, 21)],
  ["1 Dec 2026", Date.UTC(2026, 11, 1, 21)],
  ["December 1, 2026", Date.UTC(2026, 11, 1, 21)],
  ["dec/01/2026 14:30:00", Date.UTC(2026, 11, 1, 11, 30)],
  ["0000-00-00", "none"],
  ["never", "none"],
  ["1970-01-01 03:00", "none"],
  ["01/12/2026", "which"],
  ["1-12-2026", "which"],
  ["9999-12-31", null],
  ["2026-02-30", null],
  ["31/31/2026", null],
  ["01/12/26", null],
  ["2026-12-01 25:00", null],
  ["12/31/2026 14:30 pm", null],
  ["1 Foo 2026", null],
])("[CUS-22] paid until %j is until %j", (text, untilMs) => {
  expect(dateOf(text, offset, null)).toBe(untilMs);
});

test("[CUS-22] a date that is two days is the one that was chosen, or that the file's other dates tell; a day that the choice does not have is none", () => {
  const [first, twelfth] = [Date.UTC(2026, 11, 1, 21), Date.UTC(2026, 0, 12, 21)];
  expect(dateOf("01/12/2026", offset, "day-first")).toBe(first);
  expect(dateOf("01/12/2026", offset, "month-first")).toBe(twelfth);
  expect(dateOf("31/12/2026", offset, "month-first")).toBeNull();
  expect(dateOrderOf(["01/12/2026", "13/12/2026"])).toBe("day-first");
  expect(dateOrderOf(["01/12/2026", "12/13/2026"])).toBe("month-first");
  expect(dateOrderOf(["13/12/2026", "12/13/2026"])).toBeNull();
});
