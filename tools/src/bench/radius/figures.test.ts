import { expect, test } from "vitest";
import { medianOf, ratiosTo } from "./figures.ts";
import type { LoadResult } from "./load.ts";

const result = (perSecond: number, cpuMicrosEach: number | null, lost = 0): LoadResult => ({
  answered: 10,
  accepted: 10,
  lost,
  retransmissions: 0,
  badReplies: 0,
  perSecond,
  medianMicros: 100,
  p99Micros: 200,
  cpuMicrosEach,
  residentMegabytes: 60,
});

test("a row is the median of its rounds, but no loss is left out of it", () => {
  const rounds = [result(30, 5, 1), result(10, 9), result(20, 7, 2)];
  expect(medianOf(rounds)).toMatchObject({ perSecond: 20, cpuMicrosEach: 7, lost: 3, medianMicros: 100 });
  expect(medianOf([result(30, null)]).cpuMicrosEach).toBe(null);
});

test("ratios are ours by the peer's", () => {
  expect(ratiosTo(result(100, 30), result(150, 15))).toEqual({ ratio: 1.5, cpuRatio: 0.5, medianRatio: 1 });
  expect(ratiosTo(result(100, null), result(150, 15))).toMatchObject({ cpuRatio: null });
});
