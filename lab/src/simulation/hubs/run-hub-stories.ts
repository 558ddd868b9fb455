/** Plays stories of sites with a hub one after the other, judges each, and shrinks one that breaks an invariant. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { oneStory } from "../draw-commands.ts";
import { judge } from "../judge/judge.ts";
import type { Coverage } from "../sites/coverage.ts";
import type { SeedOutcome } from "../sites/run-site-stories.ts";
import { coverHub, noHubCoverage } from "./hub-coverage.ts";
import { anyHubStory, type HubStory, hubStoryOfSeed } from "./hub-story.ts";
import { playHubStory } from "./play-hub-story.ts";

export async function runHubSeed(seed: number, coverage: Coverage = noHubCoverage()): Promise<SeedOutcome> {
  const story = hubStoryOfSeed(seed);
  const { chronicle, trace } = await playHubStory(story);
  coverHub(coverage, story, chronicle);
  const hash = createHash("sha256")
    .update(JSON.stringify([chronicle, trace]))
    .digest("hex");
  return { seed, violations: judge(chronicle), hash };
}

/** The shortest story found, from this seed's, that breaks the same invariant; the story itself where none is broken. */
export async function shrunkHubStory(seed: number, withinMs: number): Promise<HubStory> {
  const first = (await runHubSeed(seed)).violations[0];
  let shortest = hubStoryOfSeed(seed);
  if (first === undefined) return shortest;
  const holds = fc.asyncProperty(anyHubStory, async (story) => {
    const { chronicle } = await playHubStory(story);
    const isBroken = judge(chronicle).some(({ invariant }) => invariant === first.invariant);
    if (isBroken) shortest = story;
    return !isBroken;
  });
  await fc.check(holds, { ...oneStory, seed, interruptAfterTimeLimit: withinMs });
  return shortest;
}
