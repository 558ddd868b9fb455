/**
 * What a booking reads does not grow with what is there already: after one look of the database at its tables that each run draws for each way.
 * After all of them: `booker-growth.long.test.ts`.
 */
import { seedsOfThisRun } from "../simulation/test-story-seeds.ts";
import { looks, testGrowth, ways } from "./test-booker-growth.ts";

const seeds = seedsOfThisRun(ways.length, "when the database looked at its tables");

// Neighbouring seeds draw different ones.
for (const [index, seed] of seeds.entries())
  testGrowth(ways[index] as (typeof ways)[number], looks[seed % looks.length] as (typeof looks)[number]);
