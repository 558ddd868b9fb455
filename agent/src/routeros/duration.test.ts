import { expect, test } from "vitest";
import { durationMs } from "./duration.ts";

test.each([
  ["1s100ms", 1100],
  ["3s", 3000],
  ["00:00:03", 3000],
  ["00:00:03.25", 3250],
  ["01:02:03", 3_723_000],
  ["1100ms", 1100],
  ["1w2d3h4m5s", 604_800_000 + 2 * 86_400_000 + 3 * 3_600_000 + 4 * 60_000 + 5000],
  ["5m", 300_000],
  ["", null],
  ["never", null],
  ["3", null],
  ["1d 2h", null],
])("%s", (text, expected) => {
  expect(durationMs(text)).toBe(expected);
});
