/** Plays stories of sites one after the other, judges each, and shrinks one that breaks an invariant. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { oneStory } from "../draw-commands.ts";
import type { Violation } from "../judge/chronicle.ts";
import { judge } from "../judge/judge.ts";
import { type Coverage, cover, noCoverage } from "./coverage.ts";
import { playSiteStory } from "./play-site-story.ts";
import { anySiteStory, type SiteStory, storyOfSeed } from "./site-story.ts";

export interface SeedOutcome {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Of all that happened: two runs of one seed have the same. */
  readonly hash: string;
}

export async function runSeed(seed: number, coverage: Coverage = noCoverage()): Promise<SeedOutcome> {
  const story = storyOfSeed(seed);
  const { chronicle, trace, journal } = await playSiteStory(story);
  cover(coverage, story, chronicle, journal);
  const hash = createHash("sha256")
    .update(JSON.stringify([chronicle, trace]))
    .digest("hex");
  return { seed, violations: judge(chronicle), hash };
}

/** The shortest story found, from this seed's, that breaks the same invariant; the story itself where none is broken. */
export async function shrunkStory(seed: number, withinMs: number): Promise<SiteStory> {
  const first = (await runSeed(seed)).violations[0];
  let shortest = storyOfSeed(seed);
  if (first === undefined) return shortest;
  const holds = fc.asyncProperty(anySiteStory, async (story) => {
    const { chronicle } = await playSiteStory(story);
    const isBroken = judge(chronicle).some(({ invariant }) => invariant === first.invariant);
    if (isBroken) shortest = story;
    return !isBroken;
  });
  await fc.check(holds, { ...oneStory, seed, interruptAfterTimeLimit: withinMs });
  return shortest;
}
