/** The calendar by which dates are judged. */
import { expect, test } from "vitest";
import { monthsLater, onTheDayOf } from "./civil-time.ts";

test("the calendar that judges knows leap days, and the last days of months", () => {
  const later = (from: string, months: number) => new Date(monthsLater(Date.parse(from), months, 180)).toISOString();
  expect(later("2028-01-31T23:30:00+03:00", 1)).toBe("2028-02-29T20:30:00.000Z");
  expect(later("2027-01-31T23:30:00+03:00", 1)).toBe("2027-02-28T20:30:00.000Z");
  expect(later("2027-01-31T01:00:00+03:00", 2)).toBe("2027-03-30T22:00:00.000Z");
  expect(new Date(onTheDayOf(Date.parse("2028-02-29T22:30:00Z"), "07:00", 180)).toISOString()).toBe(
    "2028-03-01T04:00:00.000Z",
  );
});
