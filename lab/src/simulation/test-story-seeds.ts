/** Which stories a test run plays: other ones each time, for what nobody has thought of yet. */
// biome-ignore-all lint/plugin: chance is what is wanted here
import { randomInt } from "node:crypto";

/** @returns seeds in a row; the first is printed, and `KARIBU_TEST_SEED=<first>` (`tools/src/ci/test-seed.ts`) plays the same again */
export function seedsOfThisRun(count: number, what: string): number[] {
  const { KARIBU_TEST_SEED: asked = "fresh" } = process.env;
  const first = asked === "fresh" ? randomInt(1, 1_000_000_000) : Number(asked);
  process.stdout.write(`${what}: seeds ${first} to ${first + count - 1}\n`);
  return Array.from({ length: count }, (_, at) => first + at);
}
