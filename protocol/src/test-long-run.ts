/**
 * What a test file leaves to `npm run test:long`. A sibling `x.long.test.ts` imports such an `x.test.ts`: in the long run all of it runs, its ordinary
 * tests too; `npm test` knows nothing of the others.
 */
import { test } from "vitest";

/** Whether this is `npm run test:long`. A matrix takes a few of its cases otherwise. */
export const isLongRun = process.env.KARIBU_TEST_LONG === "1";

const nothing = (): void => undefined;
const noTest = Object.assign(nothing, { each: () => nothing, skipIf: () => noTest }) as unknown as typeof test;

/** A test of the long run alone. Its proof is repeated in `npm test` by cheaper ones. */
export const longTest: typeof test = isLongRun ? test : noTest;

/** All of the cases in the long run, and these of them otherwise. */
export function inLongRunAll<Case>(all: readonly Case[], ordinary: (each: Case, at: number) => boolean): Case[] {
  return isLongRun ? [...all] : all.filter(ordinary);
}
