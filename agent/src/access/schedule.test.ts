import fc from "fast-check";
import { expect, test } from "vitest";
import { scheduleOpenForMs } from "./schedule.ts";

const nairobi = 180;
const everyDay = [0, 1, 2, 3, 4, 5, 6];
/** Friday 20 November 2026, Nairobi's time. */
const friday = (hour: number, minute = 0) => Date.UTC(2026, 10, 20, hour - 3, minute);
const minutes = (count: number) => count * 60_000;

test("a window is open from its first minute up to its last, in the site's own time", () => {
  const office = { utcOffsetMinutes: nairobi, windows: [{ days: [5], fromMinute: 8 * 60, toMinute: 17 * 60 }] };
  expect(scheduleOpenForMs(office, friday(7, 59))).toBe(0);
  expect(scheduleOpenForMs(office, friday(8))).toBe(minutes(9 * 60));
  expect(scheduleOpenForMs(office, friday(16, 59))).toBe(minutes(1));
  expect(scheduleOpenForMs(office, friday(17))).toBe(0);
  expect(scheduleOpenForMs(office, friday(9) - minutes(24 * 60))).toBe(0);
});

test("a window past midnight belongs to the day on which it opens", () => {
  const night = { utcOffsetMinutes: nairobi, windows: [{ days: [5], fromMinute: 22 * 60, toMinute: 30 * 60 }] };
  expect(scheduleOpenForMs(night, friday(23))).toBe(minutes(7 * 60));
  expect(scheduleOpenForMs(night, friday(24 + 5))).toBe(minutes(60));
  expect(scheduleOpenForMs(night, friday(24 + 6))).toBe(0);
  expect(scheduleOpenForMs(night, friday(5))).toBe(0);
});

test("a Saturday night reaches into Sunday over the end of the week", () => {
  const night = { utcOffsetMinutes: 0, windows: [{ days: [6], fromMinute: 23 * 60, toMinute: 26 * 60 }] };
  expect(scheduleOpenForMs(night, Date.UTC(2026, 10, 22, 1))).toBe(minutes(60));
});

test("windows that touch are one, and a week without a gap has no end", () => {
  const halves = [
    { days: everyDay, fromMinute: 0, toMinute: 720 },
    { days: everyDay, fromMinute: 720, toMinute: 1440 },
  ];
  expect(scheduleOpenForMs({ utcOffsetMinutes: nairobi, windows: halves }, friday(3))).toBeNull();
  const [morning] = halves as [(typeof halves)[0], (typeof halves)[0]];
  const dayAndMore = [morning, { days: [5], fromMinute: 720, toMinute: 900 }];
  expect(scheduleOpenForMs({ utcOffsetMinutes: nairobi, windows: dayAndMore }, friday(10))).toBe(minutes(5 * 60));
});

test("minute by minute, a schedule agrees with a plain look at its windows", () => {
  const window = fc.record({
    days: fc.subarray(everyDay, { minLength: 1 }),
    fromMinute: fc.integer({ min: 0, max: 1439 }),
    toMinute: fc.integer({ min: 1, max: 2880 }),
  });
  fc.assert(
    fc.property(fc.array(window, { maxLength: 3 }), fc.integer({ min: 0, max: 10_079 }), (windows, minuteOfWeek) => {
      const sundayMs = Date.UTC(2026, 10, 22);
      const isOpen = windows.some(({ days, fromMinute, toMinute }) =>
        days.some((day) =>
          [minuteOfWeek, minuteOfWeek + 10_080].some((minute) => {
            const sinceDay = minute - day * 1440;
            return sinceDay >= fromMinute && sinceDay < toMinute;
          }),
        ),
      );
      const openForMs = scheduleOpenForMs({ utcOffsetMinutes: 0, windows }, sundayMs + minutes(minuteOfWeek));
      expect(openForMs !== 0).toBe(isOpen);
    }),
  );
});
