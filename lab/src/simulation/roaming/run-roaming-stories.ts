/** Plays stories of two sites one after the other, judges each, and shrinks one that breaks an invariant. */
import { judgeRoaming } from "../judge/roaming.ts";
import { hashOfAll, type SeedOutcome, type Shrinking, shrunk } from "../run-stories.ts";
import type { Coverage } from "../sites/coverage.ts";
import { playRoamingStory } from "./play-roaming-story.ts";
import { coverRoaming, noRoamingCoverage } from "./roaming-coverage.ts";
import { anyRoamingStory, type RoamingStory, roamingStoryOfSeed } from "./roaming-story.ts";

export async function runRoamingSeed(seed: number, coverage: Coverage = noRoamingCoverage()): Promise<SeedOutcome> {
  const story = roamingStoryOfSeed(seed);
  const played = await playRoamingStory(story);
  coverRoaming(coverage, story, played.chronicle);
  return { seed, violations: judgeRoaming(played.chronicle), hash: hashOfAll(played) };
}

export const shrunkRoamingStory = (shrinking: Shrinking): Promise<RoamingStory> =>
  shrunk(anyRoamingStory, async (story) => judgeRoaming((await playRoamingStory(story)).chronicle), shrinking);
