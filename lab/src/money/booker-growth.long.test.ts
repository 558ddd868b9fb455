/** What a booking reads does not grow with what is there already, whenever the database looked at its tables. */
import { looks, testGrowth, ways } from "./test-booker-growth.ts";

for (const way of ways) for (const look of looks) testGrowth(way, look);
