/** Forty-two subscribers for a month, of all that can happen; and a thousand, three times: over a leap day, a usual February, and the end of November. */
import type { Database } from "@karibu/cloud/ground/db/database";
import { anyEngine, isAbsent, useDatabase } from "@karibu/cloud/ground/db/test-databases";
import { describe, expect, test } from "vitest";
import { checkMonth } from "./check-month.ts";

/** Each month has a database of its own: the owners of one are those of the next. */
function month(title: string, check: (database: Database) => Promise<void>): void {
  describe.skipIf(isAbsent(anyEngine))("a month", { timeout: 3_600_000 }, () => {
    const database = useDatabase(anyEngine);
    test(title, () => check(database.current()));
  });
}

month(
  "[DUE-RIGHT] [CUS-04] [CUS-05] [CUS-12] [PAY-16] 14 subscribers in seven countries, over a leap day, one country moving to summer time: right to the minute and the cent",
  async (database) => {
    expect((await checkMonth(database, 3, 14)).wrong).toEqual([]);
  },
);

month(
  "[DUE-RIGHT] [CUS-04] [CUS-05] [CUS-12] [PAY-16] 42 subscribers in seven countries, from Brazil to Kiribati, over a leap day, one country moving to summer time: each date, charge, prompt, grace, suspension and late fee to the minute and the cent",
  async (database) => {
    const { wrong, seen } = await checkMonth(database, 3, 42);
    expect(wrong).toEqual([]);
    const drawn = ["renewed", "prompted", "now-grace", "now-over", "late-fee", "ended", "promised", "pause-ended"];
    for (const what of [...drawn, "suspended", "unsuspended", "cancel-undone", "plan-changed"])
      expect([what, (seen.get(what) ?? 0) > 0]).toEqual([what, true]);
  },
);

for (const seed of [0, 1, 2])
  month(`[DUE-RIGHT] 1,000 subscribers, seed ${seed}: right to the minute and the cent`, async (database) => {
    expect((await checkMonth(database, seed, 1000)).wrong).toEqual([]);
  });
