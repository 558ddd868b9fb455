/** Plays stories of sites one after the other, judges each, and shrinks one that breaks an invariant. */
import { judge } from "../judge/judge.ts";
import { outcomeOf, type SeedOutcome, type Shrinking, shrunk } from "../run-stories.ts";
import { type Coverage, cover, noCoverage } from "./coverage.ts";
import { playSiteStory } from "./play-site-story.ts";
import { anySiteStory, type SiteStory, storyOfSeed } from "./site-story.ts";

export async function runSeed(seed: number, coverage: Coverage = noCoverage()): Promise<SeedOutcome> {
  const story = storyOfSeed(seed);
  const played = await playSiteStory(story);
  cover(coverage, story, played.chronicle, played.journal);
  return outcomeOf(seed, played);
}

export const shrunkStory = (shrinking: Shrinking): Promise<SiteStory> =>
  shrunk(anySiteStory, async (story) => judge((await playSiteStory(story)).chronicle), shrinking);
