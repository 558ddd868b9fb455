import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { engineSuite, useMigratedServer } from "@karibu/cloud/ground/db/test-databases";
import { expect, test } from "vitest";
import { killAgainAndAgain } from "./test-killed-hub.ts";

engineSuite("a hub that is killed while phones pay", (engine) => {
  const fresh = useMigratedServer(engine);

  test("[PAY-02] [BEY-05] twice: the channel's list and the ledger agree to the shilling", async () => {
    const purchases = engine === "embedded" ? 60 : 120;
    const dataDir = engine === "embedded" ? mkdtempSync(join(tmpdir(), "karibu-killed-")) : null;
    const run = { databaseUrl: fresh.url(), dataDir, purchases, kills: 2, perSecond: 500, seed: 5 };
    const { moved, books, lostCallbacks } = await killAgainAndAgain(run).finally(() => {
      if (dataDir !== null) rmSync(dataDir, { recursive: true, force: true });
    });
    expect(moved).toHaveLength(purchases);
    expect(lostCallbacks).toBeGreaterThan(0);
    const inOrder = (list: readonly { receipt: string; cents: number }[]) =>
      list.map(({ receipt, cents }) => `${receipt} ${cents}`).sort();
    expect(inOrder(books.receipts)).toEqual(inOrder(moved));
    const cents = moved.reduce((sum, each) => sum + each.cents, 0);
    expect(books.accounts).toEqual({ clearing: cents, revenue: -cents });
    expect(new Set(books.grants).size).toBe(purchases);
    expect(books.grants).toHaveLength(purchases);
  }, 400_000);
});
