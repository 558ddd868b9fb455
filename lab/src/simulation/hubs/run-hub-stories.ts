/** Plays stories of sites with a hub one after the other, judges each, and shrinks one that breaks an invariant. */
import { judge } from "../judge/judge.ts";
import { outcomeOf, type SeedOutcome, type Shrinking, shrunk } from "../run-stories.ts";
import type { Coverage } from "../sites/coverage.ts";
import { coverHub, noHubCoverage } from "./hub-coverage.ts";
import { anyHubStory, type HubStory, hubStoryOfSeed } from "./hub-story.ts";
import { playHubStory } from "./play-hub-story.ts";

export async function runHubSeed(seed: number, coverage: Coverage = noHubCoverage()): Promise<SeedOutcome> {
  const story = hubStoryOfSeed(seed);
  const played = await playHubStory(story);
  coverHub(coverage, story, played);
  return outcomeOf(seed, played);
}

export const shrunkHubStory = (shrinking: Shrinking): Promise<HubStory> =>
  shrunk(anyHubStory, async (story) => judge((await playHubStory(story)).chronicle), shrinking);
