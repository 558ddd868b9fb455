/** The hub backs itself up: over HTTP, into a folder, proved on disk; and what a crash, a full disk or a store that is away leave behind. */

import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { afterAll, beforeAll, beforeEach, expect, test, vi } from "vitest";
import { engineSuite, realWorld } from "../../ground/db/test-databases.ts";
import { ownerPassword, useHub } from "../../test-hub.ts";
import { createBackUps } from "./back-ups.ts";
import { type BackupStore, storeAway } from "./stores/backup-store.ts";
import { createFolderStore } from "./stores/folder-store.ts";
import { readThrough } from "./test-proof.ts";

const hourMs = 3_600_000;
const patience = { timeout: 120_000, interval: 50 };
let folder = "";
let kept = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-back-ups-"));
  kept = join(folder, "kept");
  await mkdir(kept);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What goes wrong, of one test. */
let fault: Partial<BackupStore> = {};
beforeEach(() => {
  fault = {};
});

function faultyStore(): BackupStore {
  const store = createFolderStore(kept);
  return {
    ...store,
    put: (...given) => (fault.put ?? store.put)(...given),
    get: (name) => (fault.get ?? store.get)(name),
    list: (prefix) => (fault.list ?? store.list)(prefix),
    remove: (name) => (fault.remove ?? store.remove)(name),
  };
}

engineSuite("[SYS-09] a hub that backs itself up into a folder", (engine) => {
  const hub = useHub(engine, {
    backupPlan: () => ({
      store: faultyStore(),
      workFolder: join(folder, "work"),
      hour: 0,
      keep: { days: 2, weeks: 0, months: 0 },
      provedMsMax: 36 * hourMs,
      prove: readThrough,
    }),
  });
  let token = "";
  beforeAll(async () => {
    await hub.makeProvider("Wanjiru Networks");
    token = await hub.adminToken();
  });

  const base = "/api/v1/platform/backups";
  /** The clock is moved by days here: the log-in of then has ended. */
  async function ask(method: string, path: string) {
    const answer = await hub.call(method, path, { token });
    if (answer.status !== 401) return answer;
    token = await hub.adminToken();
    return hub.call(method, path, { token });
  }
  const standing = async () => (await ask("GET", `${base}/standing`)).body;
  const list = async () => (await ask("GET", `${base}?limit=100`)).body.items;
  const read = async (id: string) => (await ask("GET", `${base}/${id}`)).body;
  const files = async () => (await readdir(kept)).filter((name) => name.endsWith(".sealed"));
  /** The five minutes' look of the maintenance. */
  const look = () => hub.moveClock(6 * 60_000);
  const runDue = async () => {
    look();
    await hub.hub().maintenance.runDue();
  };
  /** What is under way ends first: the schedule may have begun one. */
  const rest = () => vi.waitFor(async () => expect((await standing()).underWay).toBe(null), patience);
  async function run(): Promise<string> {
    await rest();
    const { status, body } = await ask("POST", base);
    expect(status).toBe(202);
    return body.backupId;
  }
  /** A newer proved one than at this time. */
  const provedAfter = (atMs: number) =>
    vi.waitFor(async () => expect((await standing()).newestProved?.askedAtMs).toBeGreaterThan(atMs), patience);
  /** What the scheme does not keep is gone too. */
  const atRest = () => vi.waitFor(async () => expect(await readdir(join(folder, "work"))).toEqual([]), patience);
  const nowMs = () => hub.world.clock.wall().atMs;
  const ended = (id: string, state: string) =>
    vi.waitFor(async () => {
      const row = await read(id);
      expect(row.state, row.problemText).toBe(state);
      return row;
    }, patience);
  const set = (id: string, change: string) =>
    hub
      .database()
      .asPlatform("test", (tx) => sql.raw(`update backup_runs set ${change} where backup_id = '${id}'`).execute(tx));

  test("the schedule takes the first one at once, it is proved, and nothing in it can be read", async () => {
    expect(await standing()).toMatchObject({
      newest: null,
      provedAgeMs: null,
      isLate: false,
      store: { kind: "folder", place: kept },
    });
    await runDue();
    const row = await vi.waitFor(async () => {
      const { newestProved } = await standing();
      expect(newestProved).not.toBe(null);
      return newestProved;
    }, patience);
    expect(row).toMatchObject({ state: "proved", askedBy: null, problem: null });
    expect(row.rows).toBeGreaterThan(10);
    const [name = ""] = await files();
    expect(await files()).toEqual([row.name]);
    expect(name).toMatch(/^karibu-[0-9a-f]{8}-\d{8}t\d{6}z-[0-9a-f]{8}\.sealed$/);
    const bytes = await readFile(join(kept, name));
    expect(bytes.length).toBe(row.bytes);
    for (const word of ["Wanjiru", "wanjiru", "providers", "admin@"]) expect(bytes.includes(word), word).toBe(false);
    await vi.waitFor(async () => expect(await readdir(join(folder, "work"))).toEqual([]), patience);
    await runDue();
    expect(await list(), "one a night").toHaveLength(1);
    const { nextAtMs } = await standing();
    expect(new Date(nextAtMs).getUTCHours()).toBe(0);

    // The store was away for days while the clock was ahead.
    const query = (text: string) => hub.database().asPlatform("test", (tx) => sql.raw(text).execute(tx));
    await query(`insert into backup_runs (backup_id, asked_at_ms, state, beat_at_ms)
      select 'ahead' || n, ${nowMs() + 30 * 24 * hourMs} + n, 'failed', ${nowMs() + 30 * 24 * hourMs} from generate_series(1, 70) n`);
    await runDue();
    expect(await standing()).toMatchObject({ newest: { backupId: row.backupId }, underWay: null, nextAtMs });
    await query("delete from backup_runs where backup_id like 'ahead%'");
  }, 240_000);

  test("its age is a metric, and the health part says so when it is too old", async () => {
    const metrics = async () => (await ask("GET", "/metrics")).text;
    const part = async () => {
      const { body } = await ask("GET", "/api/v1/platform/health");
      return body.parts.find((one: { name: string }) => one.name === "backup");
    };
    expect(await part()).toMatchObject({ grade: "good", finding: "proved" });
    expect(Number(/^karibu_backup_proved_age_seconds (\d+)/m.exec(await metrics())?.[1])).toBeLessThan(3600);
    hub.moveClock(37 * hourMs);
    expect(Number(/^karibu_backup_proved_age_seconds (\d+)/m.exec(await metrics())?.[1])).toBeGreaterThan(36 * 3600);
    expect(await part()).toMatchObject({ grade: "wrong", adviceCode: "see-backups" });
    expect(await standing()).toMatchObject({ isLate: true });
  });

  test("a second one is refused while one is under way, and what the scheme does not keep goes", async () => {
    const first = await run();
    const other = await ask("POST", base);
    expect([202, 409]).toContain(other.status); // the first one may be done already
    for (const id of [first, other.body.backupId].slice(0, other.status === 202 ? 2 : 1)) {
      await ended(id, "proved");
      await set(id, "asked_by = null"); // as if the schedule had asked for it
    }
    await writeFile(join(kept, "karibu-00000000-20200101t000000z-00000000.sealed"), "another hub's");
    await writeFile(join(kept, "letter.sealed"), "somebody's");
    for (let day = 0; day < 2; day++) {
      hub.moveClock(25 * hourMs);
      const thenMs = nowMs();
      await runDue();
      await provedAfter(thenMs);
      await atRest();
    }
    const there = (await list()).filter(({ state }: { state: string }) => state === "proved");
    expect(there).toHaveLength(2);
    expect((await files()).toSorted()).toEqual(
      [
        ...there.map(({ name }: { name: string }) => name),
        "karibu-00000000-20200101t000000z-00000000.sealed",
        "letter.sealed",
      ].toSorted(),
    );
  }, 240_000);

  test("one that a person asked for does not remove the night's", async () => {
    const { newestProved: night, kept: scheme } = await standing();
    expect(night.askedBy).toBe(null);
    expect(scheme).toEqual({ days: 2, weeks: 0, months: 0, asked: 5 });
    await ended(await run(), "proved");
    await atRest();
    expect((await read(night.backupId)).state).toBe("proved");
    expect(await files()).toContain(night.name);
  }, 240_000);

  test("the file is given to who may have it, and that is written down; a provider gets nothing", async () => {
    const { newestProved } = await standing();
    const path = `/api/v1/platform/backups/${newestProved.backupId}/file`;
    const answer = await fetch(hub.url() + path, { headers: { Authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect(Buffer.from(await answer.arrayBuffer()).equals(await readFile(join(kept, newestProved.name)))).toBe(true);
    const audit = (await ask("GET", "/api/v1/audit?limit=20")).body.items;
    expect(audit.map(({ action }: { action: string }) => action)).toContain("backup-downloaded");
    const { paths } = (await ask("GET", "/api/v1/openapi.json")).body;
    expect(paths["/api/v1/platform/backups/{backupId}/file"].get["x-fresh-second-factor"], "[TEN-09]").toBe(true);
    const owner = await hub.logIn("wanjiru-networks@provider.test", ownerPassword);
    for (const [method, one] of [
      ["GET", "/api/v1/platform/backups"],
      ["GET", path],
      ["POST", "/api/v1/platform/backups"],
    ] as const)
      expect((await hub.call(method, one, { token: owner })).status).toBe(403);
  });

  longTest(
    "a store that is away for a day: each try says so, none is taken for a back-up, and afterwards one is there",
    async () => {
      fault = {
        put: async () => {
          throw storeAway("ENOSPC in the folder");
        },
        list: async () => {
          throw storeAway("EIO in the folder");
        },
      };
      const id = await run();
      expect(await ended(id, "failed")).toMatchObject({
        problem: "back-up/store-away",
        storedAtMs: null,
        provedAtMs: null,
      });
      expect((await standing()).newestFailed, "the card says so").toMatchObject({ backupId: id, state: "failed" });
      const { parts } = (await ask("GET", "/api/v1/platform/health")).body;
      expect(parts.find((one: { name: string }) => one.name === "backup")).toMatchObject({
        grade: "doubtful",
        finding: "failed",
      });
      hub.moveClock(25 * hourMs);
      const tries = (await list()).length;
      for (let round = 0; round < 3; round++) {
        await runDue();
        await rest();
      }
      expect((await list()).length, "not one every five minutes").toBe(tries + 1);
      fault = {};
      hub.moveClock(hourMs);
      const thenMs = nowMs();
      await runDue();
      await provedAfter(thenMs);
      expect((await standing()).newestFailed).toBe(null);
    },
    240_000,
  );

  test("[BEY-29] revocations that wait for the store for more than a minute are a metric and make health wrong", async () => {
    const metric = async (name: string) =>
      Number(new RegExp(`^${name} (\\d+)`, "m").exec((await ask("GET", "/metrics")).text)?.[1]);
    const sql = (script: string) => hub.database().alone("write", (run) => run(script));
    await sql(`update revocation_stream set lease = 'another', leased_until_ms = ${nowMs() + 1e9}`);
    await sql("insert into revocations_noted (target, row_key, now_is) values ('hosts', '{}', '{}')");
    await sql(`update revocations_noted set noted_at_ms = ${nowMs() - 90_000}`);
    expect(await metric("karibu_revocations_unsent")).toBe(1);
    expect(await metric("karibu_revocations_unsent_age_seconds")).toBeGreaterThanOrEqual(90);
    const { parts } = (await ask("GET", "/api/v1/platform/health")).body;
    expect(parts.find((one: { name: string }) => one.name === "backup")).toMatchObject({
      grade: "wrong",
      finding: "unsent",
    });
    await sql("delete from revocations_noted");
    await sql("update revocation_stream set lease = null, leased_until_ms = 0");
  });

  longTest(
    "ended between the upload and its note: it shows as interrupted, then as what the store really holds, and is proved",
    async () => {
      const id = await run();
      const { name } = await ended(id, "proved");
      // As the row stood when the process died: all of it is in the store, and nobody wrote that down.
      await set(
        id,
        `state = 'storing', stored_at_ms = null, proof_tried_at_ms = null, proved_at_ms = null, beat_at_ms = ${nowMs()}`,
      );
      expect((await read(id)).state).toBe("storing");
      hub.moveClock(10 * 60_000);
      expect((await read(id)).state).toBe("interrupted");
      expect((await standing()).newestProved?.backupId).not.toBe(id);
      await runDue();
      await ended(id, "proved");
      expect(await files()).toContain(name);
    },
    240_000,
  );

  test("ended in the middle of an upload: the half is no back-up and is cleared; the row failed, and the next one comes by itself", async () => {
    const id = await run();
    const { name } = await ended(id, "proved");
    await rm(join(kept, name));
    await writeFile(join(kept, `${name}.part`), "half of it");
    await set(
      id,
      `state = 'storing', stored_at_ms = null, proof_tried_at_ms = null, proved_at_ms = null, beat_at_ms = ${nowMs()}`,
    );
    hub.moveClock(25 * hourMs);
    const thenMs = nowMs();
    await runDue();
    expect(await read(id)).toMatchObject({ state: "failed", problem: "back-up/interrupted", storedAtMs: null });
    await provedAfter(thenMs);
    expect(await readdir(kept)).not.toContain(`${name}.part`);
  }, 240_000);

  test("one that the store gives back altered, or cut, or not at all, is never called proved", async () => {
    const real = createFolderStore(kept);
    const giveBack = (change: (bytes: Buffer) => Buffer): Partial<BackupStore> => ({
      get: async (name) => {
        const chunks: Buffer[] = [];
        for await (const chunk of (await real.get(name)) as AsyncIterable<Buffer>) chunks.push(chunk);
        return Readable.from([change(Buffer.concat(chunks))]);
      },
    });
    for (const change of [
      (bytes: Buffer) => bytes.subarray(0, bytes.length >> 1),
      (bytes: Buffer) => Buffer.from(bytes).fill(7, bytes.length - 40, bytes.length - 30),
    ]) {
      fault = giveBack(change);
      expect(await ended(await run(), "damaged")).toMatchObject({ problem: "restore/damaged", provedAtMs: null });
    }
    fault = {
      get: async () => {
        throw storeAway("EIO in the folder");
      },
    };
    const away = await run();
    // `stored` is also on the way to its proof.
    const refused = { state: "stored", problem: "back-up/store-away", provedAtMs: null };
    await vi.waitFor(async () => expect(await read(away)).toMatchObject(refused), patience);
    await atRest();
    fault = {};
    const { name } = await read(away);
    await rm(join(kept, name));
    await runDue();
    expect((await read(away)).state).toBe("missing");
  }, 240_000);

  longTest(
    "[SYS-29] what a restore saved outlives all that is asked for, is proved on request, and goes after ninety days",
    async () => {
      const id = await run();
      const { name, atMs } = await ended(id, "proved");
      await atRest();
      // As a restored hub finds it: long before, of nobody, not proved.
      await set(id, `state = 'stored', asked_by = null, proved_at_ms = null, at_ms = ${atMs - 100 * 24 * hourMs}`);
      const savedAtMs = nowMs();
      await hub.database().asPlatform("test", (tx) =>
        tx
          .insertInto("restore_orders")
          .values({
            ...{ orderId: "o", backupName: "b", backupAtMs: 1, contentSha256: "", orderedBy: "admin" },
            ...{ orderedAtMs: savedAtMs, state: "done", endedAtMs: savedAtMs, savedAs: name },
          })
          .execute(),
      );
      const night = await run();
      await ended(night, "proved");
      await set(night, `asked_by = null, at_ms = at_ms - ${24 * hourMs}`);
      const other = await run();
      await ended(other, "proved");
      await atRest();
      expect(await files(), "nothing of the scheme keeps it").toContain(name);
      const prove = (backupId: string) => ask("POST", `${base}/${backupId}/prove`);
      expect((await prove(other)).body.code, "it is proved").toBe("backup-not-stored");
      expect((await prove("unknown")).status).toBe(404);
      expect(await prove(id)).toMatchObject({ status: 202, body: { backupId: id } });
      await ended(id, "proved");
      await atRest();
      expect(await files()).toContain(name);
      await hub
        .database()
        .asPlatform("test", (tx) =>
          sql`update restore_orders set ended_at_ms = ended_at_ms - ${91 * 24 * hourMs}::bigint`.execute(tx),
        );
      await ended(await run(), "proved");
      await atRest();
      expect(await files()).not.toContain(name);
      expect((await read(id)).state).toBe("removed");
    },
    240_000,
  );

  longTest(
    "a store that lets nothing be removed: what was proved stays proved, can be restored, and is not fetched again and again",
    async () => {
      await atRest();
      const refused: string[] = [];
      fault = {
        remove: (name) => {
          refused.push(name);
          return Promise.reject(storeAway("HTTP 403: the object is locked"));
        },
      };
      const proved: string[] = [];
      const provedNames: string[] = [];
      for (let day = 0; day < 4; day++) {
        hub.moveClock(25 * hourMs);
        const thenMs = nowMs();
        await runDue();
        await provedAfter(thenMs);
        await atRest();
        const { backupId, name } = (await standing()).newestProved;
        proved.push(backupId);
        provedNames.push(name);
      }
      expect(refused.filter((name) => name.endsWith(".sealed")).length, "the scheme keeps two").toBeGreaterThan(1);
      expect(await read(proved.at(-1) as string)).toMatchObject({ state: "proved", problem: null });
      const gets: string[] = [];
      fault = {
        ...fault,
        get: (name) => {
          gets.push(name);
          return createFolderStore(kept).get(name);
        },
      };
      hub.moveClock(hourMs);
      await runDue();
      await atRest();
      // Where the night's hour has come meanwhile, the new one is fetched to be proved.
      expect(gets.filter((name) => provedNames.includes(name))).toEqual([]);
    },
    240_000,
  );

  test("a disk that takes no more: it failed, nothing lies about, and the hub goes on", async () => {
    await atRest();
    const before = await files();
    const full = Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    fault = { put: () => Promise.reject(full) };
    const row = await ended(await run(), "failed");
    expect(row).toMatchObject({ problemText: expect.stringContaining("ENOSPC"), storedAtMs: null });
    expect(await files()).toEqual(before);
    await vi.waitFor(async () => expect(await readdir(join(folder, "work"))).toEqual([]), patience);
  });
});

test("[SYS-09] a store that is away, or a folder that is absent, is in the log at the start", async () => {
  const warned = Promise.withResolvers<unknown>();
  const real = realWorld();
  const warn = (event: string, fields?: object) => {
    if (event === "back-up-store-away") warned.resolve(fields);
  };
  const world = { ...real, log: { ...real.log, warn } };
  const database = { asPlatform: () => Promise.reject(new Error("not here")) };
  const place = join(folder, "absent");
  const backUps = createBackUps({ world, database } as never, { store: createFolderStore(place) } as never);
  backUps.start();
  try {
    expect(await warned.promise).toMatchObject({ place, message: expect.stringContaining("ENOENT") });
  } finally {
    backUps.stop();
  }
}, 5000);
