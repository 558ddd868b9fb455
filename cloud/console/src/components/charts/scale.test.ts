import { expect, test } from "vitest";
import { roundAbove } from "./scale.ts";

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
