import { expect, test } from "vitest";
import {
  byteSize,
  dateTime,
  dateTimeSeconds,
  day,
  duration,
  maskedPhone,
  money,
  shortDay,
  timeNow,
  today,
} from "./format.ts";

test.each([
  [2000, "KES", "KSh 20"],
  [2050, "KES", "KSh 20.50"],
  [123456700, "UGX", "USh 1,234,567"],
  [-2000, "KES", "−KSh 20"],
])("%i cents of %s read %s", (amount, currency, text) => expect(money(amount, currency)).toBe(text));

test.each([
  [0, "0 B"],
  [999, "999 B"],
  [1000, "1.00 kB"],
  [12_345_678, "12.3 MB"],
  [1_000_000_000, "1.00 GB"],
])("%i bytes read %s", (bytes, text) => expect(byteSize(bytes)).toBe(text));

test.each([
  [5, "5 s"],
  [3599, "59 min 59 s"],
  [600, "10 min"],
  [605, "10 min 05 s"],
  [3600, "1 h"],
  [3900, "1 h 05 min"],
  [172_800, "2 d"],
  [200_000, "2 d 7 h"],
])("%i seconds read %s", (seconds, text) => expect(duration(seconds)).toBe(text));

test("times are shown in the provider's zone", () => {
  expect(dateTime(Date.UTC(2026, 10, 20, 21, 30), { locale: "en", utcOffsetMinutes: 180 })).toContain("21 Nov");
});

test("in a log the time has seconds", () => {
  expect(dateTimeSeconds(Date.UTC(2026, 10, 20, 21, 30, 9), { locale: "en", utcOffsetMinutes: 180 })).toContain(
    "00:30:09",
  );
});

test("the middle of a phone number is hidden in lists", () =>
  expect(maskedPhone("254708374149")).toBe("+254708•••149"));

test("days are those of the provider's zone, in the reader's language", () => {
  const nairobi = { locale: "en", utcOffsetMinutes: 180 } as const;
  const lateAtMs = Date.UTC(2026, 10, 19, 22, 30);
  expect(timeNow(nairobi, lateAtMs)).toMatch(/^0\d:\d\d:\d\d$/);
  expect([today(nairobi, lateAtMs), shortDay(lateAtMs, nairobi)]).toEqual(["2026-11-20", "20 Nov"]);
  expect(today({ ...nairobi, utcOffsetMinutes: 0 }, lateAtMs)).toBe("2026-11-19");
  expect(day("2026-11-20", nairobi)).toBe("20 Nov 2026");
});
