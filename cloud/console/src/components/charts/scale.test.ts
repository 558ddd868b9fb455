import { expect, test } from "vitest";
import { evenAbove, roundAbove, wholeSteps } from "./scale.ts";

test.each([
  [0, 1],
  [3, 3],
  [99, 100],
  [101, 120],
  [150_000, 160_000],
  [200_000, 200_000],
  [362_000, 400_000],
  [410_000, 500_000],
  [208_000, 240_000],
  [910_000, 1_000_000],
])("bars up to %i have a top line at %i", (most, top) => expect(roundAbove(most)).toBe(top));

test.each([
  [0, 2],
  [1, 2],
  [3, 4],
  [5, 6],
  [12, 12],
  [99, 100],
])("of %i people the top line is at %i, and the middle one at a whole person", (most, top) =>
  expect(evenAbove(most)).toBe(top),
);

test("a curve of people has lines at whole people", () => {
  expect(wholeSteps.slice(0, 5)).toEqual([1, 2, 5, 10, 20]);
  expect(wholeSteps.every(Number.isInteger)).toBe(true);
});
