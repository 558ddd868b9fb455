import { isAbsent, oneEngine, useFreshServer } from "@karibu/cloud/ground/db/test-databases";
import { describe, expect, test } from "vitest";
import { expectExplained } from "./test-day-report.ts";
import { playEndOfDay } from "./test-end-of-day.ts";

describe.each(oneEngine)("%s", (engine) => {
  // The embedded engine takes statements one after the other: a day of this size is PostgreSQL's.
  describe.skipIf(isAbsent(engine) || engine === "embedded")("the end of a day", () => {
    const fresh = useFreshServer(engine);

    test("[PAY-04] [PAY-22] [BEY-08] 5,000 payments over all channels, with reversals, forged paths, masked payers, a dead initiator and a hub that is killed twice: zero unexplained differences", async () => {
      const day = { payments: 5000, seed: 12, kills: 2, capCents: 5_000_000 };
      const played = await playEndOfDay(day, { databaseUrl: fresh.url(), dataDir: null });
      expectExplained(day, played);
      expect(played.killedWith).toHaveLength(2);
    });
  });
});
