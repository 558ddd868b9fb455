/** Stories of sites with a hub: a few drawn ones, and the shortest of those that once found a fault. All: `hub-stories.long.test.ts` and `kept-hub-stories.long.test.ts`. */
import { expect, test } from "vitest";
import { judge } from "../judge/judge.ts";
import { keptStories } from "../test-kept-stories.ts";
import { seedsOfThisRun } from "../test-story-seeds.ts";
import type { HubStory } from "./hub-story.ts";
import { playHubStory } from "./play-hub-story.ts";
import { expectAllHold, hubStoriesTimeout } from "./test-hub-stories.ts";

const seeds = seedsOfThisRun(3, "stories of a site with a hub");

test(
  `[BEY-26] [BEY-12] ${seeds.length} drawn stories of a site with a hub that dies, a link that is cut and a channel that fails: every invariant holds`,
  {
    timeout: hubStoriesTimeout,
  },
  () => expectAllHold(seeds),
);

const shortest = keptStories<HubStory>("hubs")
  .sort((one, other) => JSON.stringify(one.story).length - JSON.stringify(other.story).length)
  .slice(0, 2);

test.each(shortest)("[BEY-26] kept: $title", { timeout: hubStoriesTimeout }, async ({ story }) => {
  expect(judge((await playHubStory(story)).chronicle)).toEqual([]);
});
