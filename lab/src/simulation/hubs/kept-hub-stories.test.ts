/** Stories of sites with a hub, the other half: a file of its own, for the other processor. And those that once found a fault. */
import { expect, test } from "vitest";
import { judge } from "../judge/judge.ts";
import { keptStories } from "../test-kept-stories.ts";
import { seedsOfThisRun } from "../test-story-seeds.ts";
import type { HubStory } from "./hub-story.ts";
import { playHubStory } from "./play-hub-story.ts";
import { runHubSeed } from "./run-hub-stories.ts";
import { expectAllHold, hubStoriesTimeout } from "./test-hub-stories.ts";

const seeds = seedsOfThisRun(7, "stories of a site with a hub");

test(
  `[BEY-26] [BEY-12] ${seeds.length} drawn stories of a site with a hub that dies, a link that is cut and a channel that fails: every invariant holds`,
  {
    timeout: hubStoriesTimeout,
  },
  () => expectAllHold(seeds),
);

test.each(keptStories<HubStory>("hubs"))("[BEY-26] kept: $title", { timeout: hubStoriesTimeout }, async ({ story }) => {
  expect(judge((await playHubStory(story)).chronicle)).toEqual([]);
});

test("[BEY-26] the same seed is the same story with a hub, too, to the byte", {
  timeout: hubStoriesTimeout,
}, async () => {
  expect((await runHubSeed(6)).hash).toBe((await runHubSeed(6)).hash);
});
