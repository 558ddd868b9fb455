import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import { describe, expect, test, vi } from "vitest";
import { readCatalog } from "../../ground/db/catalog.ts";
import { openEngine } from "../../ground/db/open-database.ts";
import {
  anyEngine,
  engines,
  isAbsent,
  realWorld,
  type TestEngine,
  useDatabase,
  useFreshServer,
} from "../../ground/db/test-databases.ts";
import { createPgBossQueue } from "../../ground/jobs/pg-boss-queue.ts";
import { type TestHub, useHub } from "../../test-hub.ts";
import { writeBackup } from "./backup.ts";
import { proveBackup } from "./read-backup.ts";
import { restoreBackup } from "./restore.ts";

async function take(hub: TestHub): Promise<Buffer> {
  const taken = new PassThrough();
  const [, bytes] = await Promise.all([writeBackup(hub.database(), 1, taken), buffer(taken)]);
  return bytes;
}

const pairs: readonly [from: TestEngine, to: TestEngine][] = engines.flatMap((from) =>
  engines.map((to): [TestEngine, TestEngine] => [from, to]),
);

describe.each(inLongRunAll(pairs, ([from, to]) => from === anyEngine && to === anyEngine))(
  "a back-up of %s into %s",
  (from, to) => {
    describe.skipIf(isAbsent(from) || isAbsent(to))("of a hub at work", () => {
      const hub = useHub(from);
      const target = useFreshServer(to);

      test("[SYS-09] taken while others write, it is one instant, and is restored row by row with its ledger", async () => {
        const { token, providerId } = await hub.makeProvider("Alpha");
        const { site } = (
          await hub.call("POST", "/api/v1/sites", { token, body: { name: "O'Brien's \\ \"site\" #1" } })
        ).body;
        const { items } = (await hub.call("GET", "/api/v1/plans", { token })).body;
        await hub.call("POST", "/api/v1/vouchers/batches", { token, body: { planId: items[0].planId, quantity: 50 } });
        await hub.database().asProvider(providerId, async (tx) => {
          const line = { provider_id: providerId, entry_id: "e1", currency: "KES" };
          await tx
            .insertInto("ledger_entries")
            .values({
              provider_id: providerId,
              entry_id: "e1",
              entry_key: "k1",
              kind: "test",
              purchase_id: null,
              at_ms: 1,
            } as never)
            .execute();
          await tx
            .insertInto("ledger_postings")
            .values([
              { ...line, line: 0, account: "clearing", party: null, amount_cents: 9_007_199_254_740_991 },
              { ...line, line: 1, account: "revenue", party: null, amount_cents: -9_007_199_254_740_991 },
            ] as never)
            .execute();
          const entry = { providerId, action: "restored", detail: {}, userId: null, target: null };
          for (const atMs of [Date.UTC(2020, 1, 29), 0])
            await tx
              .insertInto("audit")
              .values({ ...entry, auditId: `a${atMs}`, atMs, requestId: null, via: null })
              .execute();
        });
        let isWriting = true;
        let written = 0;
        const load = (async () => {
          while (isWriting) {
            const answer = await hub.call("POST", "/api/v1/customers", {
              token,
              body: { name: `Customer ${written}` },
            });
            expect(answer.status).toBe(201);
            written++;
          }
        })();
        while (written < 5) await new Promise((resolve) => setImmediate(resolve));
        const taken = new PassThrough();
        const [end, bytes] = await Promise.all([writeBackup(hub.database(), Date.UTC(2026, 10), taken), buffer(taken)]);
        isWriting = false;
        await load;
        expect(end.rows.sites).toBe(1);
        expect(end.rows.customers).toBeGreaterThanOrEqual(5);
        expect(gunzipSync(bytes).toString()).not.toContain("the-owner-password");

        const engine = await openEngine(hub.world, { databaseUrl: target.url(), dataDir: null });
        try {
          const backup = await proveBackup(() => Readable.from(bytes));
          expect(await restoreBackup(hub.world, engine, backup)).toEqual(end);
          const [restored] = await engine.hold((run) => run(`select name from sites where site_id = '${site.siteId}'`));
          expect(restored?.name).toBe("O'Brien's \\ \"site\" #1");
          // Rows of old months lie in parts of their own; those of no time that can be true do not make any.
          const parts =
            "select tableoid::regclass::text as part from audit where action = 'restored' order by at_ms desc";
          expect(await engine.hold((run) => run(parts))).toEqual([{ part: "audit_2020_02" }, { part: "audit_other" }]);
          const identity = "select generation, public_key from hub_identity";
          const [then] = await hub.database().alone("read", (run) => run(identity));
          const [now] = await engine.hold((run) => run(identity));
          expect(now?.public_key).toBe(then?.public_key);
          expect(now?.generation, "sites must notice the restore").not.toBe(then?.generation);
          await expect(restoreBackup(hub.world, engine, backup)).rejects.toMatchObject({ code: "restore/not-empty" });
        } finally {
          await engine.close();
        }
      });
    });
  },
);

describe("[SYS-09] jobs that wait while a back-up is taken", () => {
  const world = realWorld();
  const database = useDatabase(anyEngine);
  const target = useFreshServer(anyEngine);

  test("go on after the restore with their own data", async () => {
    const queue = createPgBossQueue(world, database.current());
    const gate = Promise.withResolvers<void>();
    const begun: object[] = [];
    await queue.work("vouchers.make", async (data) => {
      begun.push(data);
      await gate.promise;
    });
    await queue.start();
    const out = new PassThrough();
    let file: Buffer;
    try {
      await database.current().asProvider("p1", (tx) => queue.send(tx, "vouchers.make", { providerId: "p1" }));
      await vi.waitFor(() => expect(begun).toHaveLength(1), { timeout: 20_000 });
      [, file] = await Promise.all([writeBackup(database.current(), 1, out), buffer(out)]);
    } finally {
      gate.resolve();
      await queue.stop();
    }
    const engine = await openEngine(world, { databaseUrl: target.url(), dataDir: null });
    try {
      await restoreBackup(world, engine, await proveBackup(() => Readable.from([file])));
      const jobs = await engine.hold((run) => run("select data from job_outbox"));
      expect(jobs).toEqual([{ data: { providerId: "p1" } }]);
    } finally {
      await engine.close();
    }
  }, 120_000);
});

describe("a damaged back-up", () => {
  const hub = useHub(anyEngine);
  const target = useFreshServer(anyEngine);

  longTest("that changes after it was proved is refused while it is read again, and no row of it is kept", async () => {
    await hub.makeProvider("Beta");
    const bytes = await take(hub);
    const engine = await openEngine(hub.world, { databaseUrl: target.url(), dataDir: null });
    const emptied = [{ count: 0 }];
    const countProviders = () => engine.hold((run) => run("select count(*)::int as count from providers"));
    const flipped = Buffer.from(bytes);
    const inTheMiddle = bytes.length >> 1;
    flipped[inTheMiddle] = (flipped[inTheMiddle] as number) ^ 1;
    try {
      for (const later of [flipped, bytes.subarray(0, -1), bytes.subarray(0, -300), Buffer.alloc(0)]) {
        let file = bytes;
        const backup = await proveBackup(() => Readable.from([file]));
        file = later;
        await expect(restoreBackup(hub.world, engine, backup)).rejects.toMatchObject({ code: "restore/damaged" });
        expect(await countProviders()).toEqual(emptied);
      }
    } finally {
      await engine.close();
    }
  });

  test("every table is in the catalogue, those that others refer to first", async () => {
    const tables = await hub.database().asPlatform("test", readCatalog);
    const names = tables.map((table) => table.name);
    expect(names).not.toContain("migrations");
    expect(names.indexOf("providers")).toBeLessThan(names.indexOf("users"));
    expect(names.indexOf("ledger_entries")).toBeLessThan(names.indexOf("ledger_postings"));
    expect(tables.every((table) => table.key.length > 0)).toBe(true);
  });
});

describe.skipIf(isAbsent(anyEngine))("a back-up of a hub with a module that is not here", () => {
  const hub = useHub(anyEngine);
  const target = useFreshServer(anyEngine);

  test("is refused by the name of its table, and no row is kept", async () => {
    await hub.makeProvider("Gamma");
    await hub
      .database()
      .alone("write", (run) =>
        run("create table lanterns (lantern_id text primary key); grant select on lanterns to karibu_platform"),
      );
    const bytes = await take(hub);
    const engine = await openEngine(hub.world, { databaseUrl: target.url(), dataDir: null });
    try {
      const backup = await proveBackup(() => Readable.from([bytes]));
      await expect(restoreBackup(hub.world, engine, backup)).rejects.toMatchObject({
        code: "restore/differs",
        message: expect.stringMatching(/no table lanterns: .* module/),
      });
      const count = await engine.hold((run) => run("select count(*)::int as count from providers"));
      expect(count).toEqual([{ count: 0 }]);
    } finally {
      await engine.close();
    }
  });
});
