/** As `roaming-stories.test.ts`, many times as many. */
import { test } from "vitest";
import { expectAllHold } from "../test-drawn-stories.ts";
import { seedsOfThisRun } from "../test-story-seeds.ts";

const seeds = seedsOfThisRun(100, "stories of two sites");

test(`[BEY-26] [BEY-12] ${seeds.length} drawn stories of codes that walk between two sites, whose links are cut and whose hub dies: every invariant holds`, () =>
  expectAllHold("roaming", seeds));
