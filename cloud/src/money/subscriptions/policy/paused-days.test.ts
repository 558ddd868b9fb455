import { expect, test } from "vitest";
import { dayMs } from "../period-arithmetic.ts";
import { sumPauses } from "./paused-days.ts";

const paused = (day: number, days: number) => ({ what: "paused", atMs: day * dayMs, days });
const ended = (day: number) => ({ what: "pause-ended", atMs: day * dayMs, days: null });

test.each([
  ["none", [], 0],
  ["one that runs: all that was asked for", [paused(0, 30)], 30],
  ["one that ran to its end, seen a minute late", [paused(0, 30), ended(30 + 1 / 1440)], 30],
  ["home after two days and a half: three", [paused(0, 30), ended(2.5)], 3],
  ["ended at once: nothing", [paused(0, 30), ended(0)], 0],
  ["two, the end of an older one before them", [ended(0), paused(1, 5), ended(2), paused(9, 4)], 5],
])("[CUS-18] days of pauses: %s", (_what, lines, days) => {
  expect(sumPauses(lines)).toBe(days);
});
