/** How tests play drawn stories: in a process beside them, which takes less of a processor than a test's own, and stops at the first that breaks. */
import { expect, onTestFinished } from "vitest";
import { flagsOf, playBeside, type StoryKind } from "./play-beside.ts";

/** A busy machine may need long for the statements of the simulated hours. */
export const hubStoriesTimeout = 1_200_000;

/** @param seeds in a row */
export async function expectAllHold(kind: StoryKind, seeds: readonly number[]): Promise<void> {
  const [first = 0] = seeds;
  const told = new Map<number, readonly string[]>();
  const played = playBeside({ first, count: seeds.length, cores: 1, kind }, (said) => {
    if ("coverage" in said) return;
    told.set(said.seed, said.broken);
    if (said.broken.length > 0) played.stop();
  });
  onTestFinished(played.stop);
  const isWhole = await played.isWhole;
  const explain = ["npm run simulate --", ...flagsOf[kind], "--explain"].join(" ");
  for (const [seed, broken] of told) expect(broken, `${explain} ${seed}`).toEqual([]);
  expect([isWhole, [...told.keys()]]).toEqual([true, seeds]);
}
