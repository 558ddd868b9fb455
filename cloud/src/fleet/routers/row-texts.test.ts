import { expect, test } from "vitest";
import { readDuration, readFlag, readNumber, readOfPair } from "./row-texts.ts";

test.each([
  ["1w2d3h4m5s", 788_645],
  ["3d04:05:06", 273_906],
  ["00:10:00", 600],
  ["1h30m", 5400],
  ["500ms", 0],
  ["2s500ms", 2],
  ["23:59:59", 86_399],
  ["1w", 604_800],
  ["none", null],
  ["never", null],
  ["", null],
  [undefined, null],
  ["999999999999h", null],
  ["5 apples", null],
  ["<script>", null],
])("[RTR-06] a duration of a router: %s", (text, seconds) => expect(readDuration(text)).toBe(seconds));

test.each([
  ["1500", 1500],
  ["12%", 12],
  ["-61dBm@6Mbps", -61],
  ["-61", -61],
  ["1.5", null],
  ["9999999999999999", null],
  ["1e9", null],
  ["x", null],
  [undefined, null],
])("a number of a router: %s", (text, value) => expect(readNumber(text)).toBe(value));

test("flags, and one of a pair", () => {
  expect([readFlag("true"), readFlag("yes"), readFlag("false"), readFlag(undefined)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect([readOfPair("12,34", 0), readOfPair("12,34", 1), readOfPair("12", 1)]).toEqual([12, 34, null]);
});
