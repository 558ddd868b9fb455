/**
 * What a booking reads does not grow with what is there already: by a way, and after a look of the database at its tables, that each run draws.
 * By both ways, after all looks: `booker-growth.long.test.ts`.
 */
import { seedsOfThisRun } from "../simulation/test-story-seeds.ts";
import { looks, testGrowth, ways } from "./test-booker-growth.ts";

const [seed = 0] = seedsOfThisRun(1, "when the database looked at its tables");
const cases = ways.flatMap((way) => looks.map((look) => [way, look] as const));
testGrowth(...(cases[seed % cases.length] as (typeof cases)[number]));
