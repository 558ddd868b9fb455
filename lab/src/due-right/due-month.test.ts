/** A month of subscribers under one seed, against what it must be. More of them, a thousand in the end: `due-month.long.test.ts`. */
import { anyEngine, isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { describe, expect, test } from "vitest";
import { checkMonth } from "./check-month.ts";
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

describe.skipIf(isAbsent(anyEngine))("a month", { timeout: 120_000 }, () => {
  const database = useDatabase(anyEngine);

  test("[DUE-RIGHT] [CUS-04] [CUS-05] [CUS-12] [PAY-16] 14 subscribers in seven countries, over a leap day, one country moving to summer time: right to the minute and the cent", async () => {
    expect((await checkMonth(database.current(), 3, 14)).wrong).toEqual([]);
  });
});
