import { expect, test } from "vitest";
import { drawWaits } from "./draw-waits.ts";
import { eachSecond } from "./each-second.ts";

test("each second's waits are those of the callbacks that came in it", () => {
  const at = (cameMs: number, waitMs: number) => ({ purchaseId: "p", cameMs, bookedMs: cameMs + waitMs });
  expect(eachSecond([at(5000, 10), at(5900, 30), at(6000, 400)])).toEqual([
    { second: 0, p50Ms: 10, p99Ms: 30 },
    { second: 1, p50Ms: 400, p99Ms: 400 },
  ]);
});

test("a longer wait is drawn higher, and what is longer than the scale stays in the picture", () => {
  const second = (p50Ms: number, p99Ms: number) => ({ second: 0, p50Ms, p99Ms });
  const picture = drawWaits([{ name: "alone", seconds: [second(50, 9_000_000)] }], "a test");
  const [p50 = 0, p99 = 0] = [...picture.matchAll(/points="[\d.]+,([\d.]+)"/g)].map(([, y]) => Number(y));
  expect(p99).toBeLessThan(p50);
  expect(p99).toBeGreaterThan(0);
});
