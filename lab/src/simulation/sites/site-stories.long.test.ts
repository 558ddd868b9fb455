/** As `site-stories.test.ts`, ten times as many and more. */
import { test } from "vitest";
import { expectAllHold } from "../test-drawn-stories.ts";
import { seedsOfThisRun } from "../test-story-seeds.ts";

const seeds = seedsOfThisRun(1000, "stories of a site");

test(`[BEY-26] ${seeds.length} drawn stories of a site, with crashes, damage, lost packets and wrong clocks: every invariant holds`, () =>
  expectAllHold("sites", seeds));
