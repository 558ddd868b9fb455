import { expect, test } from "vitest";
import { simulateFirstSale } from "./first-sale.ts";
import { violations } from "./invariants.ts";

/** A busy machine may need long for the statements of the simulated hours. */
const timeout = 300_000;

test("[BEY-26] [BEY-12] one seed holds a purchase, a power cut and the end of the hour, and writes the same trace twice", {
  timeout,
}, async () => {
  const first = await simulateFirstSale(1);
  expect(violations(first)).toEqual([]);
  expect(first.trace.join("\n")).toContain("power-cut");
  const again = await simulateFirstSale(1);
  expect(again.trace).toEqual(first.trace);
  expect(again).toEqual(first);
});

test.each([3, 8])("seed %i: every invariant holds through a power cut into 1970", { timeout }, async (seed) => {
  expect(violations(await simulateFirstSale(seed))).toEqual([]);
});
