import { expect, test } from "vitest";
import { nextNameAtMs } from "./name-budget.ts";

const weekMs = 7 * 86_400_000;
const times = (count: number, firstMs = 1_000) => Array.from({ length: count }, (_, at) => firstMs + at);

test.each([
  ["nobody has chosen any", { ofOne: [], ofNewcomers: [], ofAll: [] }, true, null],
  ["two of one's own", { ofOne: times(2), ofNewcomers: times(2), ofAll: times(2) }, true, null],
  [
    "three of one's own: when the first of them is a week old",
    { ofOne: times(3), ofNewcomers: times(3), ofAll: times(3) },
    true,
    1_000 + weekMs,
  ],
  [
    "twenty of newcomers, for one of them",
    { ofOne: [], ofNewcomers: times(20), ofAll: times(20) },
    true,
    1_000 + weekMs,
  ],
  ["the same for who is there already", { ofOne: [], ofNewcomers: times(20), ofAll: times(20) }, false, null],
  ["forty of all", { ofOne: [], ofNewcomers: times(20), ofAll: times(40) }, false, 1_000 + weekMs],
  [
    "two limits at once: the later one",
    { ofOne: times(3, 9_000), ofNewcomers: [], ofAll: times(41) },
    false,
    9_000 + weekMs,
  ],
] as const)("[TEN-12] a new name below the hub's: %s", (_, chosen, isNewcomer, expected) => {
  expect(nextNameAtMs(chosen, isNewcomer)).toBe(expected);
});
