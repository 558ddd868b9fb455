/** As `hub-stories.test.ts`, many times as many. */
import { test } from "vitest";
import { seedsOfThisRun } from "../test-story-seeds.ts";
import { expectAllHold } from "./test-hub-stories.ts";

const seeds = seedsOfThisRun(100, "stories of a site with a hub");

test(`[BEY-26] [BEY-12] ${seeds.length} drawn stories of a site with a hub that dies, a link that is cut and a channel that fails: every invariant holds`, () =>
  expectAllHold(seeds));
