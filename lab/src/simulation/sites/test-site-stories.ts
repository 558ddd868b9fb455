/** How tests play stories of sites without a hub. A seed that breaks is told by `npm run simulate -- --explain SEED`. */
import { expect } from "vitest";
import { runSeed } from "./run-site-stories.ts";

export async function expectAllHold(seeds: readonly number[]): Promise<void> {
  for (const seed of seeds) {
    const { violations } = await runSeed(seed);
    expect(violations, `npm run simulate -- --explain ${seed}`).toEqual([]);
  }
}
