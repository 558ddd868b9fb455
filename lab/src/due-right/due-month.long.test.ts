/** Forty-two subscribers for a month, of all that can happen; and a thousand, three times: over a leap day, a usual February, and the end of November. */
import { anyEngine, isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { describe, expect, test } from "vitest";
import { checkMonth } from "./check-month.ts";

describe.skipIf(isAbsent(anyEngine))("a month", { timeout: 3_600_000 }, () => {
  const database = useDatabase(anyEngine);

  test("[DUE-RIGHT] [CUS-04] [CUS-05] [CUS-12] [PAY-16] 14 subscribers in seven countries, over a leap day, one country moving to summer time: right to the minute and the cent", async () => {
    expect((await checkMonth(database.current(), 3, 14)).wrong).toEqual([]);
  });

  test("[DUE-RIGHT] [CUS-04] [CUS-05] [CUS-12] [PAY-16] 42 subscribers in seven countries, from Brazil to Kiribati, over a leap day, one country moving to summer time: each date, charge, prompt, grace, suspension and late fee to the minute and the cent", async () => {
    const { wrong, seen } = await checkMonth(database.current(), 3, 42);
    expect(wrong).toEqual([]);
    const drawn = ["renewed", "prompted", "now-grace", "now-over", "late-fee", "ended", "promised", "pause-ended"];
    for (const what of [...drawn, "suspended", "unsuspended", "cancel-undone", "plan-changed"])
      expect([what, (seen.get(what) ?? 0) > 0]).toEqual([what, true]);
  });

  test.each([0, 1, 2])("[DUE-RIGHT] 1,000 subscribers, seed %i: right to the minute and the cent", async (seed) => {
    expect((await checkMonth(database.current(), seed, 1000)).wrong).toEqual([]);
  });
});
