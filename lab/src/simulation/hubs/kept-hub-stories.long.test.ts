/** Stories of sites with a hub that once found a fault; and that a story is the same each time. */
import { expect, test } from "vitest";
import { judge } from "../judge/judge.ts";
import { outcomeOf } from "../run-stories.ts";
import { hubStoriesTimeout } from "../test-drawn-stories.ts";
import { keptStories } from "../test-kept-stories.ts";
import { type HubStory, hubStoryOfSeed } from "./hub-story.ts";
import { playHubStory } from "./play-hub-story.ts";
import { runHubSeed } from "./run-hub-stories.ts";

test.each(keptStories<HubStory>("hubs"))("[BEY-26] kept: $title", { timeout: hubStoriesTimeout }, async ({ story }) => {
  expect(judge((await playHubStory(story)).chronicle)).toEqual([]);
});

test("[BEY-26] the same seed is the same story with a hub, too, to the byte; nothing ends after quiet was declared", {
  timeout: hubStoriesTimeout,
}, async () => {
  const realMs = 3; // what a thread of the pool does would end by then
  const wait = () => new Promise((resolve) => setTimeout(resolve, realMs));
  const watched = await playHubStory(hubStoryOfSeed(6), { everyNth: 40, wait });
  expect(watched.lateWork).toBe(0);
  expect(outcomeOf(6, watched).hash).toBe((await runHubSeed(6)).hash);
});
