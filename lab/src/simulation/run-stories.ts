/** What becomes of a story once it was played, of a site alone or with a hub: it is judged, and one that breaks an invariant is shrunk. */
import { createHash } from "node:crypto";
import fc from "fast-check";
import { drawBySeed, oneStory } from "./draw-commands.ts";
import type { Chronicle, Violation } from "./judge/chronicle.ts";
import { judge } from "./judge/judge.ts";

export interface SeedOutcome {
  readonly seed: number;
  readonly violations: readonly Violation[];
  /** Of all that happened: two runs of one seed have the same. */
  readonly hash: string;
}

/** Of a story of one site. */
export const outcomeOf = (
  seed: number,
  played: { readonly chronicle: Chronicle; readonly trace: readonly string[] },
): SeedOutcome => ({ seed, violations: judge(played.chronicle), hash: hashOfAll(played) });

export const hashOfAll = ({
  chronicle,
  trace,
}: {
  readonly chronicle: object;
  readonly trace: readonly string[];
}): string =>
  createHash("sha256")
    .update(JSON.stringify([chronicle, trace]))
    .digest("hex");

export interface Shrinking {
  readonly seed: number;
  readonly withinMs: number;
  /** What the seed's own story breaks, before anything is shortened. */
  readonly broke: (violations: readonly Violation[]) => void;
  /** How many commands the shortest story has by now. */
  readonly shorter: (commands: number) => void;
}

/** The shortest story found, from this seed's, that breaks the same invariant; the story itself where none is broken. */
export async function shrunk<Story extends { readonly commands: readonly object[] }>(
  any: fc.Arbitrary<Story>,
  brokenBy: (story: Story) => Promise<readonly Violation[]>,
  { seed, withinMs, broke, shorter }: Shrinking,
): Promise<Story> {
  let shortest = drawBySeed(any, seed);
  const violations = await brokenBy(shortest);
  broke(violations);
  const [first] = violations;
  if (first === undefined) return shortest;
  const holds = fc.asyncProperty(any, async (story) => {
    const isBroken = (await brokenBy(story)).some(({ invariant }) => invariant === first.invariant);
    if (isBroken && story.commands.length < shortest.commands.length) shorter(story.commands.length);
    if (isBroken) shortest = story;
    return !isBroken;
  });
  await fc.check(holds, { ...oneStory, seed, interruptAfterTimeLimit: withinMs });
  return shortest;
}
