/** A process that ends anywhere in a restore leaves a database on which no hub starts, and the same restore ends well later. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough, Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Engine } from "../../ground/db/engine.ts";
import { openInMemory } from "../../ground/db/memory-template.ts";
import { type DatabaseSettings, openDatabase, openForRestore } from "../../ground/db/open-database.ts";
import { anyEngine, engineSuite, enginesOfThisRun, realWorld, useFreshServer } from "../../ground/db/test-databases.ts";
import { readUnfinished } from "../../ground/db/unfinished-restore.ts";
import { createEnvelope } from "../../ground/secrets/envelope.ts";
import { writeBackup } from "./backup.ts";
import { type ProvedBackup, proveBackup } from "./read-backup.ts";
import { revocationsIn } from "./repeat-revocations.ts";
import { restoreBackup } from "./restore.ts";
import { createRevocationSender } from "./send-revocations.ts";
import { createFolderStore } from "./stores/folder-store.ts";

const world = realWorld();
const envelope = createEnvelope(world.random, [world.random.bytes(32)]);
let folder = "";
let backup: ProvedBackup;
let other: ProvedBackup;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "karibu-unfinished-"));
  const source = await openInMemory(world);
  const ask = (script: string) => source.alone("write", (run) => run(script));
  const take = async (atMs: number) => {
    const out = new PassThrough();
    const [, bytes] = await Promise.all([writeBackup(source, atMs, out), buffer(out)]);
    return proveBackup(() => Readable.from([bytes]));
  };
  try {
    await ask(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds,
        bridge_data_bytes, created_at_ms, updated_at_ms) values ('p', 'P', 'active', 'KES', 'en', 180, 0, 0, 1, 1);
      insert into users (provider_id, user_id, email, name, role, password_hash, active, created_at_ms, updated_at_ms)
        values ('p', 'u', 'u@p.test', 'Otieno', 'owner', 'x', true, 1, 1);
      insert into hub_identity (generation, public_key, seed_sealed, made_at_ms) values ('of-before', 'hub', '\\x01', 1)`);
    await ask("delete from revocations_noted");
    backup = await take(1);
    await ask("update users set active = false");
    other = await take(2);
    await createRevocationSender({ world, database: source, envelope }, createFolderStore(folder)).sendAll();
  } finally {
    await source.close();
  }
}, 240_000);
afterAll(() => rm(folder, { recursive: true, force: true }));

/** The process ends at its n-th moment: before or after some work with the database, or before a commit. It does nothing any more then. */
function dyingAt(engine: Engine, moment: number): Engine {
  let passed = 0;
  const pass = () => {
    if (passed++ >= moment) throw new Error("the process ended");
  };
  return {
    ...engine,
    async hold(work) {
      pass();
      const done = await engine.hold(work);
      pass();
      return done;
    },
    async alone(mode, work) {
      pass();
      const done = await engine.alone(mode, async (run) => {
        const result = await work(run);
        pass();
        return result;
      });
      pass();
      return done;
    },
  };
}

engineSuite("[SYS-09] [BEY-29] a restore whose process ends", { on: enginesOfThisRun }, (kind) => {
  const server = useFreshServer(kind);
  const place = (): DatabaseSettings => ({
    databaseUrl: server.url(),
    dataDir: server.url() === null ? join(folder, "data") : null,
  });
  const withEngine = async <T>(work: (engine: Engine) => Promise<T>): Promise<T> => {
    const engine = await openForRestore(world, place());
    try {
      return await work(engine);
    } finally {
      await engine.close();
    }
  };
  const restore = (engine: Engine, of = backup) =>
    restoreBackup(world, engine, of, revocationsIn(createFolderStore(folder), envelope));
  const start = async () => (await openDatabase(world, place())).close();

  test("at whatever moment starts no hub, and ends well when it is run again", async () => {
    const moments: string[] = [];
    let hadRows = false;
    let moment = 0;
    for (let isOver = false; !isOver; moment++) {
      const state = await withEngine(async (engine) => {
        await expect(restore(dyingAt(engine, moment))).rejects.toThrow("the process ended");
        const mark = await engine.hold(readUnfinished);
        if (mark === null) return null;
        const [{ count = -1 } = {}] = mark.hasRows
          ? await engine.hold((run) => run("select count(*)::int as count from users"))
          : [{ count: 0 }];
        expect(count).toBe(mark.hasRows ? 1 : 0);
        if (mark.hasRows)
          await expect(restore(engine, other)).rejects.toMatchObject({
            code: "restore/unfinished",
            message: expect.stringContaining("1970-01-01T00:00:00.001Z"),
          });
        return mark.hasRows ? "rows" : "marked";
      });
      const isBegun = moments.length > 0;
      if (state === null && !isBegun) continue;
      isOver = state === null;
      moments.push(state ?? "done");
      if (state !== null)
        await expect(start()).rejects.toMatchObject({
          code: "restore/unfinished",
          advice: { hint: expect.stringContaining("Run the same `karibu restore` again") },
        });
      if (state === "rows" && !hadRows) {
        hadRows = true;
        moment = -1;
      }
    }
    expect(moments, "begun; the schema; the rows; migrations; what follows").toEqual([
      ...Array(5).fill("marked"),
      ...Array(8).fill("rows"),
      "done",
    ]);
    await start();
    await withEngine(async (engine) => {
      const ask = (script: string) => engine.hold((run) => run(script));
      expect(await ask("select user_id, active from users")).toEqual([{ user_id: "u", active: false }]);
      expect(await ask("select what, label from revoked_again")).toEqual([
        { what: "person-dismissed", label: "Otieno" },
      ]);
      expect(await ask("select last_piece::int as last from revocation_stream")).toEqual([{ last: 1 }]);
      const [hub] = await ask("select generation from hub_identity");
      expect(hub?.generation).not.toBe("of-before");
      expect(await ask("select generation, back_up_at_ms::int as at from restores")).toEqual([{ ...hub, at: 1 }]);
      expect(await ask("select to_regclass('unfinished_restore') as mark")).toEqual([{ mark: null }]);
      await expect(restore(engine)).rejects.toMatchObject({ code: "restore/not-empty" });
    });
  }, 240_000);
});

const empty = useFreshServer(anyEngine);

test("[SYS-09] a restore that was refused leaves no mark, and another back-up goes in", async () => {
  const engine = await openForRestore(world, { databaseUrl: empty.url(), dataDir: null });
  try {
    const away = () => Promise.reject(new Error("the store is away"));
    await expect(restoreBackup(world, engine, backup, away)).rejects.toThrow("the store is away");
    expect(await engine.hold(readUnfinished)).toBe(null);
    const heard = (atMs: number) => `insert into hub_processes (process_id, seen_at_ms) values ('h', ${atMs})
      on conflict (process_id) do update set seen_at_ms = excluded.seen_at_ms`;
    await engine.hold((run) => run(heard(world.clock.wall().atMs)));
    await expect(restoreBackup(world, engine, other), "a hub runs, on no rows").rejects.toMatchObject({
      code: "restore/hub-runs",
    });
    expect(await engine.hold(readUnfinished)).toBe(null);
    await engine.hold((run) => run(heard(1)));
    await restoreBackup(world, engine, other);
    expect(await engine.hold(readUnfinished)).toBe(null);
  } finally {
    await engine.close();
  }
}, 120_000);
