/** As `hub-stories.test.ts`, many times as many. */
import { expect, test } from "vitest";
import { outcomeOf } from "../run-stories.ts";
import { expectAllHold } from "../test-drawn-stories.ts";
import { seedsOfThisRun } from "../test-story-seeds.ts";
import { hubStoryOfSeed } from "./hub-story.ts";
import { playHubStory } from "./play-hub-story.ts";
import { quickEngine, type StoryEngine } from "./story-database.ts";

const seeds = seedsOfThisRun(100, "stories of a site with a hub");

test(`[BEY-26] [BEY-12] ${seeds.length} drawn stories of a site with a hub that dies, a link that is cut and a channel that fails: every invariant holds`, () =>
  expectAllHold("hubs", seeds));

test.skipIf(quickEngine === "embedded")(
  "[BEY-26] drawn stories are the same on the embedded engine and on a server",
  async () => {
    for (const seed of seeds.slice(0, 20)) {
      const hashOn = async (engine: StoryEngine) =>
        outcomeOf(seed, await playHubStory(hubStoryOfSeed(seed), null, engine)).hash;
      expect(await hashOn("embedded"), `seed ${seed}`).toBe(await hashOn("postgresql"));
    }
  },
);
