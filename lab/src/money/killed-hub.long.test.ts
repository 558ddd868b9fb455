import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineSuite, engines, useFreshServer } from "@karibu/cloud/ground/db/test-databases";
import { expect, test } from "vitest";
import { killAgainAndAgain } from "./test-killed-hub.ts";

engineSuite("a hub that is killed while phones pay", { on: engines }, (engine) => {
  const fresh = useFreshServer(engine);

  test("[PAY-02] [BEY-05] ten times under 500 callbacks a second: the channel's list and the ledger agree to the shilling", async () => {
    const dataDir = engine === "embedded" ? mkdtempSync(join(tmpdir(), "karibu-killed-")) : null;
    const size = { purchases: 5000, kills: 10, perSecond: 500, querySpacingMs: 200 };
    const run = { databaseUrl: fresh.url(), dataDir, ...size, seed: 6 };
    const { moved, books, lostCallbacks } = await killAgainAndAgain(run).finally(() => {
      if (dataDir !== null) rmSync(dataDir, { recursive: true, force: true });
    });
    expect(moved).toHaveLength(5000);
    expect(lostCallbacks).toBeGreaterThan(0);
    const inOrder = (list: readonly { receipt: string; cents: number }[]) =>
      list.map(({ receipt, cents }) => `${receipt} ${cents}`).sort();
    expect(inOrder(books.receipts)).toEqual(inOrder(moved));
    const cents = moved.reduce((sum, each) => sum + each.cents, 0);
    expect(books.accounts).toEqual({ clearing: cents, revenue: -cents });
    expect(new Set(books.grants).size).toBe(5000);
    expect(books.grants).toHaveLength(5000);
  });
});
