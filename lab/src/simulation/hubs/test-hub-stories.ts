/** How tests play stories of sites with a hub. A seed that breaks is told by `npm run simulate -- --with-hub --explain SEED`. */
import { expect } from "vitest";
import { runHubSeed } from "./run-hub-stories.ts";

/** A busy machine may need long for the statements of the simulated hours. */
export const hubStoriesTimeout = 1_200_000;

export async function expectAllHold(seeds: readonly number[]): Promise<void> {
  for (const seed of seeds) {
    const { violations } = await runHubSeed(seed);
    expect(violations, `npm run simulate -- --with-hub --explain ${seed}`).toEqual([]);
  }
}
