import { expect, test } from "vitest";
import { minuteOf, timeText } from "./upgrade-form.ts";

test("[RTR-30] the times of a window", () => {
  expect(["", "0:00", "01:30", "23.59"].map(minuteOf)).toEqual([null, 0, 90, 1439]);
  expect(() => minuteOf("24:00")).toThrow(TypeError);
  expect(() => minuteOf("at night")).toThrow(TypeError);
  expect([0, 90, 1439].map(timeText)).toEqual(["00:00", "01:30", "23:59"]);
});
