/** A restore that is ordered at the page: who may, what is told before, and what a process that ends at any point leaves behind. */

import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { inLongRunAll } from "@karibu/protocol/test-long-run";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import type { RunScript } from "../../ground/db/engine.ts";
import type { OpenDatabase } from "../../ground/db/open-database.ts";
import { engineSuite, engines, enginesOfThisRun } from "../../ground/db/test-databases.ts";
import { codeAt } from "../../identity/credentials/test-totp.ts";
import { admin, ownerPassword, useHub } from "../../test-hub.ts";
import { carryOutRestore } from "./carry-out-restore.ts";
import { heedRestores, orderRestore } from "./restore-orders.ts";
import { type BackupStore, storeAway } from "./stores/backup-store.ts";
import { createFolderStore } from "./stores/folder-store.ts";
import { readThrough } from "./test-proof.ts";

const patience = { timeout: 120_000, interval: 50 };
const dayMs = 86_400_000;
const base = "/api/v1/platform/backups";
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-restore-orders-"));
  for (const engine of engines) await mkdir(join(folder, engine));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A process that ends: the connection is gone, and the engine rolls back what was not committed. */
class Ended extends Error {}

/** As a process that ends before this statement of the transaction that restores, and writes nothing more; `end`: before its commit. */
function endingAt(database: OpenDatabase, at: number | "end"): OpenDatabase {
  let isDead = false;
  const alone = async <T>(mode: "read" | "write", work: (run: RunScript) => Promise<T>): Promise<T> => {
    if (isDead) throw new Ended();
    return database.alone(mode, async (run) => {
      let isRestore = false;
      let statements = 0;
      const die = () => {
        isDead = true;
        throw new Ended();
      };
      const result = await work(async (script) => {
        isRestore ||= script.startsWith("truncate ");
        if (isRestore && statements++ === at) die();
        return run(script);
      });
      if (isRestore && at === "end") die();
      return result;
    });
  };
  const asPlatform: OpenDatabase["asPlatform"] = async (...of) => {
    if (isDead) throw new Ended();
    return database.asPlatform(...of);
  };
  return { ...database, alone, asPlatform };
}

engineSuite("[SYS-29] a restore from the page,", { on: enginesOfThisRun }, (engine) => {
  const store = () => createFolderStore(join(folder, engine));
  const hub = useHub(engine, {
    backupPlan: () => ({
      store: store(),
      workFolder: join(folder, `work-${engine}`),
      hour: 0,
      keep: { days: 7, weeks: 5, months: 12 },
      provedMsMax: 36 * 3_600_000,
      prove: readThrough,
    }),
  });
  let secret = "";
  let token = "";
  let backupId = "";
  const hubName = "hub.test";
  const call = (method: string, path: string, body?: unknown, by = token) =>
    hub.call(method, path, { token: by, ...(body === undefined ? {} : { body }) });
  /** The code of the next half minute: each counts once. */
  const nextCode = () => {
    hub.moveClock(30_000);
    return codeAt(secret, hub.world.clock.wall().atMs);
  };
  const logInFresh = async () => {
    const { body } = await hub.call("POST", "/api/v1/login", { body: { ...admin, code: nextCode() } });
    token = body.token;
  };
  const order = (name = hubName) => call("POST", `${base}/${backupId}/restore`, { name });
  const newest = async () =>
    hub
      .database()
      .asPlatform("test", (tx) =>
        tx.selectFrom("restore_orders").selectAll().orderBy("orderedAtMs", "desc").executeTakeFirst(),
      );
  const parts = (database = hub.database(), from: BackupStore = store()) => ({
    world: hub.world,
    database,
    envelope: hub.envelope,
    store: from,
    workFolder: join(folder, `restore-${engine}`),
  });
  const set = (state: "stored" | "proved") =>
    hub
      .database()
      .asPlatform("test", (tx) =>
        tx.updateTable("backup_runs").set({ state, provedAtMs: 1 }).where("backupId", "=", backupId).execute(),
      );
  const names = async () =>
    (await hub.database().asPlatform("test", (tx) => tx.selectFrom("providers").select("name").execute()))
      .map(({ name }) => name)
      .sort();
  /** All that the database holds, but for what says how a restore went. */
  const content = () =>
    hub.database().alone("read", async (run) => {
      const tables = await run(
        "select relname as name from pg_class where relkind in ('r', 'p') and not relispartition and relnamespace = 'public'::regnamespace order by 1",
      );
      const rows: Record<string, unknown> = {};
      for (const { name } of tables) {
        if (["restore_orders", "hub_processes", "revocation_stream", "revocations_noted"].includes(String(name)))
          continue;
        const [found] = await run(
          `select count(*) as count, md5(string_agg(md5(t::text), '' order by t::text)) as sum from "${name}" t`,
        );
        rows[String(name)] = found;
      }
      return rows;
    });

  const user = () =>
    hub
      .database()
      .asPlatform("test", (tx) =>
        tx.selectFrom("users").selectAll().where("email", "=", leaver.email).executeTakeFirst(),
      );
  const leaver = {
    name: "Achieng",
    email: "achieng@provider.test",
    role: "accountant",
    password: "achiengs-password",
  };

  beforeAll(async () => {
    const before = await hub.makeProvider("Before");
    const { userId } = (await call("POST", "/api/v1/users", leaver, before.token)).body;
    token = await hub.adminToken();
    await hub.hub().maintenance.stop(); // the schedule would take a back-up of its own
    backupId = (await call("POST", base)).body.backupId;
    const isProved = async () => expect((await call("GET", `${base}/${backupId}`)).body.state).toBe("proved");
    await vi.waitFor(isProved, patience);
    hub.moveClock(60_000);
    await hub.makeProvider("After");
    const left = await call("PATCH", `/api/v1/users/${userId}`, { active: false }, before.token);
    expect(left.status).toBe(200);
    await hub.hub().stop(); // as each process does that hears of an order; requests are still answered here
  }, 240_000);

  test("what it holds and what would be lost is told first", async () => {
    const { status, body } = await call("GET", `${base}/${backupId}/restore-preview`);
    expect(status).toBe(200);
    expect(body).toMatchObject({ backupId, hubName, askerIsNewer: false });
    const of = (table: string) => body.rows.find((row: { table: string }) => row.table === table);
    expect(of("providers").now - of("providers").held).toBe(1);
    expect(of("providers").since).toBe(1);
    expect(of("users").since).toBe(1);
  });

  test("nobody orders it without a second factor that was proved within minutes, the hub's name, and a proved back-up", async () => {
    expect((await order()).body.code, "no second factor").toBe("second-factor-set-up-required");
    secret = (await call("POST", "/api/v1/user/second-factor/begin", { password: admin.password })).body.secret;
    expect((await call("POST", "/api/v1/user/second-factor/confirm", { code: nextCode() })).status).toBe(200);
    await logInFresh();
    expect((await order("another.example.com")).body).toMatchObject({ code: "hub-name-differs", field: "name" });
    hub.moveClock(11 * 60_000);
    expect((await order()).body.code, "ten minutes later").toBe("second-factor-required");
    await logInFresh();
    const owner = await hub.logIn("before@provider.test", ownerPassword);
    expect((await call("POST", `${base}/${backupId}/restore`, { name: hubName }, owner)).status).toBe(403);
    const body = { name: "program", scopes: ["backups.restore"], password: admin.password };
    const { token: program } = (await call("POST", "/api/v1/tokens", body)).body;
    expect(program, "of a program").toEqual(expect.any(String));
    expect((await call("POST", `${base}/${backupId}/restore`, { name: hubName }, program)).status).toBe(403);
    await set("stored");
    expect((await order()).body.code).toBe("backup-not-proved");
    await set("proved");
    expect(await newest(), "none of these is an order").toBeUndefined();
  });

  test("a process that ends at any point before the commit leaves every row as it was, and the next start says so", async () => {
    const was = await content();
    for (const at of inLongRunAll([0, 1, 5, 60, "end"] as const, (_, nth) => nth > 2)) {
      hub.moveClock(2 * dayMs);
      await hub.database().asPlatform("test", async (tx) => {
        const run = await tx
          .selectFrom("backup_runs")
          .selectAll()
          .where("backupId", "=", backupId)
          .executeTakeFirstOrThrow();
        await orderRestore(hub.world, tx, {
          name: run.name as string,
          atMs: run.atMs as number,
          sha256: run.contentSha256 as string,
          orderedBy: "admin",
        });
      });
      const died = await carryOutRestore(parts(endingAt(hub.database(), at))).then(
        () => null,
        (error) => error,
      );
      expect(died, `ended at ${at}`).toBeInstanceOf(Ended);
      expect((await newest())?.state).toBe("restoring");
      expect(await content(), `ended at ${at}`).toEqual(was);
      await carryOutRestore(parts());
      expect(await newest()).toMatchObject({ state: "failed", problem: "restore/interrupted" });
      expect(await content(), `started again after ${at}`).toEqual(was);
    }
  }, 600_000);

  test("one whose store is away, or gives other bytes, fails with its words, and the hub is as it was", async () => {
    const real = store();
    const away = async () => {
      throw storeAway("EIO in the folder");
    };
    for (const [fault, problem] of [
      [{ get: away }, "back-up/store-away"],
      [{ put: away }, "back-up/store-away"],
      [{ get: async () => Readable.from([Buffer.from("something else")]) }, "restore/damaged"],
      [{ get: async () => null }, "restore/unreadable"],
    ] as const) {
      hub.moveClock(2 * dayMs);
      await logInFresh();
      expect((await order()).status).toBe(202);
      const was = await content();
      await carryOutRestore(parts(hub.database(), { ...real, ...fault }));
      expect(await newest()).toMatchObject({ state: "failed", problem });
      expect(await content(), problem).toEqual(was);
    }
  }, 600_000);

  test("what was ordered is restored: rows of the back-up, and what was revoked since stays revoked; everybody logs in again", async () => {
    hub.moveClock(2 * dayMs);
    await logInFresh();
    const { status, body } = await order();
    expect(status).toBe(202);
    expect(body).toMatchObject({ state: "ordered", savedAs: null });
    expect((await order()).body.code).toBe("hub-restore-under-way");
    await carryOutRestore(parts());
    const done = await newest();
    expect(done).toMatchObject({ orderId: body.orderId, state: "done", problem: null });
    expect(await names()).toContain("Before");
    expect(await names()).not.toContain("After");
    expect((await user())?.active, "was shut out after the back-up").toBe(false);
    expect((await call("GET", "/api/v1/user")).status).toBe(401);
    const files = await readdir(join(folder, engine));
    expect(files, "what was before").toContain(done?.savedAs);
    await logInFresh(); // its second factor is newer than the back-up, and counts still
    const { order: told } = (await call("GET", "/api/v1/platform/restore-orders/newest")).body;
    expect(told).toMatchObject({ state: "done", savedAs: done?.savedAs });
    const entries = (await call("GET", "/api/v1/audit?limit=20")).body.items;
    expect(entries.map(({ action }: { action: string }) => action)).toContain("hub-restored");
    const { items } = (await call("GET", "/api/v1/platform/restores")).body;
    expect(items).toHaveLength(1);
    expect((await call("GET", `${base}?limit=100`)).body.items[0]).toMatchObject({
      name: done?.savedAs,
      state: "stored",
    });
  }, 600_000);

  test("three are ordered a day at most, by however many", async () => {
    for (const _ of [1, 2]) {
      await logInFresh();
      expect((await order()).status).toBe(202);
      await carryOutRestore(parts(hub.database(), { ...store(), get: async () => null }));
    }
    await logInFresh();
    const { status, body } = await order();
    expect([status, body.code]).toEqual([429, "restored-too-often"]);
    hub.moveClock(dayMs);
    await logInFresh();
    expect((await order()).status).toBe(202);
    await carryOutRestore(parts(hub.database(), { ...store(), get: async () => null }));
  }, 240_000);

  test("an order is carried out also after one that was dated by a clock which was years ahead, and is not refused for it", async () => {
    const orderNow = () =>
      hub.database().asPlatform("test", async (tx) => {
        const run = await tx
          .selectFrom("backup_runs")
          .selectAll()
          .where("backupId", "=", backupId)
          .executeTakeFirstOrThrow();
        const wanted = { name: run.name as string, atMs: run.atMs as number, sha256: run.contentSha256 as string };
        return orderRestore(hub.world, tx, { ...wanted, orderedBy: "admin" });
      });
    const carryOut = () => carryOutRestore(parts(hub.database(), { ...store(), get: async () => null }));
    const aheadMs = 4000 * dayMs;
    hub.moveClock(aheadMs);
    for (const _ of [1, 2, 3]) {
      await orderNow();
      await carryOut();
    }
    hub.moveClock(2 * dayMs - aheadMs);
    let restarts = 0;
    const stop = await heedRestores({ world: hub.world, database: hub.database() }, () => restarts++);
    const { orderId } = await orderNow();
    await vi.waitFor(() => expect(restarts).toBe(1), patience);
    await stop();
    await carryOut();
    const row = await hub
      .database()
      .asPlatform("test", (tx) =>
        tx.selectFrom("restore_orders").select("state").where("orderId", "=", orderId).executeTakeFirst(),
      );
    expect(row?.state).toBe("failed");
  }, 240_000);

  test("each process restarts once it hears of an order, and where another one restored meanwhile", async () => {
    let restarts = 0;
    const heed = () => heedRestores({ world: hub.world, database: hub.database() }, () => restarts++);
    const stop = await heed();
    expect(restarts, "those that are over are no reason").toBe(0);
    hub.moveClock(2 * dayMs);
    await logInFresh();
    await order();
    await vi.waitFor(() => expect(restarts).toBe(1), patience);
    const stopLate = await heed();
    expect(restarts, "it was ordered before this one listened").toBe(2);
    await stop();
    await stopLate();
  }, 240_000);
});
