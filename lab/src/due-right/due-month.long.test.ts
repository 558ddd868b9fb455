/** A thousand subscribers for a month, three times: over a leap day, a usual February, and the end of November. */
import { anyEngine, isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { describe, expect, test } from "vitest";
import { checkMonth } from "./check-month.ts";

describe.skipIf(isAbsent(anyEngine))("a month of a thousand", { timeout: 3_600_000 }, () => {
  const database = useDatabase(anyEngine);

  test.each([0, 1, 2])("[DUE-RIGHT] 1,000 subscribers, seed %i: right to the minute and the cent", async (seed) => {
    expect((await checkMonth(database.current(), seed, 1000)).wrong).toEqual([]);
  });
});
