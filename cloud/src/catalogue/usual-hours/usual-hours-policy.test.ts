import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectedLogIns, hourOfWeek, judgeSilence, type UsualHours } from "./usual-hours-policy.ts";

const hourMs = 3_600_000;
const nairobi = 180;
/** A shop that is open from 8 to 20, with six log-ins an hour. */
const shop: UsualHours = {
  weeks: 4,
  logInsPerHour: Array.from({ length: 168 }, (_, hour) => (hour % 24 >= 8 && hour % 24 < 20 ? 6 : 0)),
};
const at = (text: string) => Date.parse(`${text}+03:00`);

describe("a site that is too quiet", () => {
  test("[BEY-18] two hours without a log-in at a busy time is silence; a night without one is not", () => {
    const quiet = (lastLogIn: string, now: string) =>
      judgeSilence(shop, { lastLogInMs: at(lastLogIn), nowMs: at(now), utcOffsetMinutes: nairobi });
    expect(quiet("2026-11-23T10:00", "2026-11-23T11:30")).toBeNull();
    expect(quiet("2026-11-23T10:00", "2026-11-23T12:00")).toEqual({ sinceMs: at("2026-11-23T10:00"), expected: 12 });
    expect(quiet("2026-11-23T19:50", "2026-11-24T09:30")).toBeNull();
    expect(quiet("2026-11-23T19:50", "2026-11-24T10:00")?.expected).toBeCloseTo(13);
    expect(quiet("2026-11-18T10:00", "2026-11-23T10:00"), "closed for days").toBeNull();
  });

  test("[BEY-18] a young site has no usual hours, and a site with few log-ins is given long", () => {
    const times = { lastLogInMs: at("2026-11-23T10:00"), nowMs: at("2026-11-23T16:00"), utcOffsetMinutes: nairobi };
    expect(judgeSilence({ ...shop, weeks: 1 }, times)).toBeNull();
    const small = { weeks: 4, logInsPerHour: shop.logInsPerHour.map((count) => count / 6) };
    expect(judgeSilence(small, times)).toBeNull();
    expect(judgeSilence(small, { ...times, nowMs: at("2026-11-24T13:00") })).not.toBeNull();
  });

  test("what is expected adds up over any cut of the time, and a week has the week's log-ins", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2e12 }),
        fc.nat(400 * hourMs),
        fc.nat(400 * hourMs),
        (from, first, second) => {
          const whole = expectedLogIns(shop, from, from + first + second, nairobi);
          const parts =
            expectedLogIns(shop, from, from + first, nairobi) +
            expectedLogIns(shop, from + first, from + first + second, nairobi);
          expect(parts).toBeCloseTo(whole, 6);
          expect(expectedLogIns(shop, from, from + 168 * hourMs, nairobi)).toBeCloseTo(7 * 12 * 6, 6);
        },
      ),
    );
  });

  test.each([
    ["2026-11-23T00:00+03:00", 0],
    ["2026-11-23T13:59+03:00", 13],
    ["2026-11-29T23:59+03:00", 167],
    ["1969-12-29T00:00+03:00", 0],
  ])("%s is hour %s of the week", (moment, hour) => {
    expect(hourOfWeek(Date.parse(moment), nairobi)).toBe(hour);
  });
});
