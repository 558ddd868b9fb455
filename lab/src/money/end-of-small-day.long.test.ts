import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineSuite, useMigratedServer } from "@karibu/cloud/ground/db/test-databases";
import { expect, test } from "vitest";
import { expectExplained } from "./test-day-report.ts";
import { playEndOfDay } from "./test-end-of-day.ts";

engineSuite("the end of a small day", (engine) => {
  const fresh = useMigratedServer(engine);

  test("[PAY-04] [PAY-22] [BEY-08] 150 payments at all channels, forged, masked, reversed, refunded, with a dead initiator and a hub that is killed: zero unexplained differences", async () => {
    const dataDir = engine === "embedded" ? mkdtempSync(join(tmpdir(), "karibu-day-")) : null;
    const day = { payments: 150, seed: 11, kills: 1, capCents: 300_000 };
    const played = await playEndOfDay(day, { databaseUrl: fresh.url(), dataDir }).finally(() => {
      if (dataDir !== null) rmSync(dataDir, { recursive: true, force: true });
    });
    expectExplained(day, played);
    expect(played.killedWith).toHaveLength(1);
  }, 1_500_000);
});
