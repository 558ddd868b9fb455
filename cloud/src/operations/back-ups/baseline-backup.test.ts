/**
 * One back-up of the first release is kept beside the frozen baseline, and each later release restores it. Until the release, it is made anew each
 * time. How to make the one that is kept: `ground/db/migrations/README.md`.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { expect, test } from "vitest";
import { baselineName } from "../../ground/db/baseline.ts";
import { compareMigrations } from "../../ground/db/migrate.ts";
import { openEngine } from "../../ground/db/open-database.ts";
import { anyEngine, engineSuite, enginesOfThisRun, realWorld, useFreshServer } from "../../ground/db/test-databases.ts";
import { useHub } from "../../test-hub.ts";
import { writeBackup } from "./backup.ts";
import { proveBackup } from "./read-backup.ts";
import { restoreBackup } from "./restore.ts";

const migrations = new URL("../../ground/db/migrations/", import.meta.url);
const frozen = new URL(baselineName, migrations);
const kept = new URL(baselineName.replace(".sql", ".backup"), migrations);

test("[SYS-20] whoever freezes the baseline keeps a back-up of it", () => {
  if (process.env.KARIBU_KEEP_BASELINE === undefined)
    expect(existsSync(kept), "see migrations/README.md").toBe(existsSync(frozen));
});

engineSuite("a back-up of the first release", { on: enginesOfThisRun }, (engine) => {
  const hub = useHub(anyEngine);
  const target = useFreshServer(engine);

  async function make(): Promise<Buffer> {
    const { token, providerId } = await hub.makeProvider("Alpha");
    const made = async (path: string, body: object) => {
      const answer = await hub.call("POST", `/api/v1/${path}`, { token, body });
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
    };
    await made("sites", { name: "Kibera" });
    const { items } = (await hub.call("GET", "/api/v1/plans", { token })).body;
    await made("vouchers/batches", { planId: items[0].planId, quantity: 3 });
    await made("customers", { name: "Amina", phone: "0711000001" });
    const entry = { providerId, entryId: "e1" };
    await hub.database().asProvider(providerId, async (tx) => {
      await tx
        .insertInto("ledger_entries")
        .values({ ...entry, entryKey: "k1", kind: "test", purchaseId: null, atMs: 1 } as never)
        .execute();
      const line = { ...entry, currency: "KES", party: null };
      await tx
        .insertInto("ledger_postings")
        .values([
          { ...line, line: 0, account: "clearing", amountCents: 5000 },
          { ...line, line: 1, account: "revenue", amountCents: -5000 },
        ] as never)
        .execute();
    });
    const taken = new PassThrough();
    const [, bytes] = await Promise.all([writeBackup(hub.database(), Date.UTC(2026, 10), taken), buffer(taken)]);
    return bytes;
  }

  test("[SYS-20] is restored with all its rows and its ledger, and brought to the schema of today", async () => {
    const isThere = existsSync(kept);
    const bytes = isThere ? readFileSync(kept) : await make();
    if (!isThere && process.env.KARIBU_KEEP_BASELINE !== undefined) writeFileSync(kept, bytes);
    expect(bytes.length).toBeLessThan(200_000);
    const proved = await proveBackup(() => Readable.from([bytes]));
    expect(proved.head.migrations).toEqual([baselineName]);
    const restored = await openEngine(realWorld(), { databaseUrl: target.url(), dataDir: null });
    try {
      const end = await restoreBackup(realWorld(), restored, proved);
      expect(end.ledger.map(({ account, cents }) => [account, cents])).toEqual([
        ["clearing", "5000"],
        ["revenue", "-5000"],
      ]);
      expect(end.rows).toMatchObject({ sites: 1, customers: 1, voucher_batches: 1 });
      expect((await compareMigrations(restored)).waiting).toEqual([]);
    } finally {
      await restored.close();
    }
  }, 300_000);
});
