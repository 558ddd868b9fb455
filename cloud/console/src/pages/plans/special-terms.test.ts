import { unlimitedTerms } from "@karibu/protocol/plan";
import { expect, test } from "vitest";
import { clockText, daysValue, spansOf, specialTerms } from "./special-terms.ts";
import { specialWords } from "./terms-text.ts";

const empty = {
  fairUse: null,
  quotaBytes: null,
  slowDown: null,
  slowUp: null,
  downKbps: 4000,
  upKbps: 1000,
  burstDown: null,
  burstUp: null,
  thresholdDown: null,
  thresholdUp: null,
  burstSeconds: null,
  priority: null,
  minDown: null,
  minUp: null,
};

test("[PLN-10] a form that says nothing of it takes fair use, burst and special hours away", () => {
  expect(specialTerms(empty, undefined, 180)).toEqual({ fairUse: null, burst: null, hours: null });
});

test("[PLN-10] hours that end before they begin end on the next day, and stand in two rows of the week", () => {
  const values = { ...empty, days1: "work", from1: "1320", to1: "300", free1: true, down1: null, up1: null };
  const { hours } = specialTerms(values, undefined, 180);
  expect(hours?.windows).toEqual([{ days: [1, 2, 3, 4, 5], fromMinute: 1320, toMinute: 1740, isFree: true }]);
  const monday = spansOf(hours?.windows ?? []).filter(({ day }) => day === 0);
  expect(monday.map(({ fromMinute, toMinute }) => [fromMinute, toMinute])).toEqual([[1320, 1440]]);
  const saturday = spansOf(hours?.windows ?? []).filter(({ day }) => day === 5);
  expect(saturday.map(({ fromMinute, toMinute }) => [fromMinute, toMinute])).toEqual([[0, 300]]);
});

test("[PLN-10] windows that the form does not show are kept", () => {
  const window = { days: [1], fromMinute: 0, toMinute: 60, isFree: true };
  const before = { ...unlimitedTerms, hours: { utcOffsetMinutes: 180, windows: [window, window, window] } };
  const { hours } = specialTerms({ ...empty, days1: "", days2: null }, before, 180);
  expect(hours?.windows).toEqual([window]);
});

test("the days of a week have names, and others stand as they are", () => {
  expect([daysValue([6, 0]), daysValue([5, 4, 3, 2, 1]), daysValue([3, 1])]).toEqual(["weekend", "work", "1,3"]);
  expect([clockText(0), clockText(1320), clockText(1440), clockText(1740)]).toEqual([
    ...["00:00", "22:00", "24:00", "05:00"],
  ]);
});

test("[PLN-10] a plan says in words what it does", () => {
  const { fairUse, burst, hours } = specialTerms(
    {
      ...empty,
      fairUse: "day",
      quotaBytes: 2_000_000_000,
      slowDown: 1000,
      slowUp: 500,
      ...{
        burstDown: 8000,
        burstUp: 2000,
        days1: "all",
        from1: "1320",
        to1: "300",
        free1: true,
        down1: 20_000,
        up1: 5000,
      },
    },
    undefined,
    180,
  );
  const terms = { ...unlimitedTerms, fairUse: fairUse ?? null, burst, hours: hours ?? null };
  expect(specialWords(terms)).toEqual([
    "2 GB a day at full speed, then 1 Mbps until midnight",
    "up to 8 Mbps for a moment",
    "Every day 22:00–05:00: free data, 20 Mbps",
  ]);
});
