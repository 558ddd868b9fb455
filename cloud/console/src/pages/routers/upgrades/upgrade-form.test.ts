import { expect, test } from "vitest";
import { hoursOf, minuteOf, timeText } from "./upgrade-form.ts";

test("[RTR-30] the times of a window", () => {
  expect(["", "0:00", "01:30", "23.59"].map(minuteOf)).toEqual([null, 0, 90, 1439]);
  expect(() => minuteOf("24:00")).toThrow(TypeError);
  expect(() => minuteOf("at night")).toThrow(TypeError);
  expect([0, 90, 1439].map(timeText)).toEqual(["00:00", "01:30", "23:59"]);
});

test("[RTR-30] [RTR-12] hours of the day are both typed or both empty: one alone is said, and not dropped", () => {
  expect(hoursOf("", "")).toBe(null);
  expect(hoursOf("22:00", "2:00")).toEqual({ fromMinute: 1320, untilMinute: 120 });
  expect(() => hoursOf("22:00", "")).toThrow("Type both times");
  expect(() => hoursOf("", "0:00")).toThrow("Type both times");
});
