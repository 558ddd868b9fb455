/** A back-up of tables that months are dropped from meanwhile: the job of the months comes first, or gives way. */
import { AsyncLocalStorage } from "node:async_hooks";
import { PassThrough } from "node:stream";
import { buffer } from "node:stream/consumers";
import { gunzipSync } from "node:zlib";
import { unixMs } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import type { Engine } from "../../ground/db/engine.ts";
import { isAbsent, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import { rawBodies } from "../../money/evidence/raw-bodies.ts";
import { monthsJob } from "../maintenance/keep-months.ts";
import { writeBackup } from "./backup.ts";

/** Transactions don't nest: this is as another process would do it. */
const outside = AsyncLocalStorage.snapshot();
const receivedAtMs = Date.UTC(2026, 3, 10);
/** When the month is to be dropped. */
const nowMs = Date.UTC(2026, 10, 24);
const needed = "text of what waits";
const asHex = Buffer.from(needed).toString("hex");

describe.skipIf(isAbsent("postgresql"))("a back-up on PostgreSQL", () => {
  const database = useDatabase("postgresql");
  const write = (query: string) => database.current().alone("write", (run) => run(query));
  const keepMonths = () => {
    const world = realWorld();
    const wall = () => ({ ...world.clock.wall(), atMs: unixMs(nowMs) });
    return monthsJob({ ...world, clock: { ...world.clock, wall } }, database.current(), [rawBodies]).run();
  };
  const withNeededText = async () => {
    await write("select karibu_make_month('evidence_bodies', '2026-04-01')");
    await write(`insert into evidence (provider_id, evidence_id, channel_id, source, natural_key, body_hash, received_at_ms, state)
      values ('p1', 'e1', 'c1', 'pull', 'k1', 'h1', ${receivedAtMs}, 'parked')`);
    await write(`insert into evidence_bodies (provider_id, received_at_ms, evidence_id, body_sealed)
      values ('p1', ${receivedAtMs}, 'e1', '${needed}')`);
  };
  /** The lines of it that hold the text. */
  const taken = async (engine: Pick<Engine, "alone">) => {
    const out = new PassThrough();
    const [, bytes] = await Promise.all([writeBackup(engine, 1, out), buffer(out)]);
    return gunzipSync(bytes)
      .toString()
      .split("\n")
      .filter((line) => line.includes(asHex));
  };
  beforeAll(async () => {
    await write(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes,
      created_at_ms, updated_at_ms) values ('p1', 'One', 'active', 'KES', 'en', 180, 1800, 1, 1, 1)`);
    await keepMonths(); // what it makes ahead
  });
  afterEach(() => write("delete from evidence; delete from evidence_bodies"));

  test("[SYS-10] has each text that is needed still, though the month would be dropped while it is taken", async () => {
    await withNeededText();
    const told: string[] = [];
    // As late as can be: the back-up's view is fixed, and the texts are next.
    const engine: Pick<Engine, "alone"> = {
      alone: (mode, work) =>
        database.current().alone(mode, (run) =>
          work(async (script) => {
            if (script.startsWith("declare") && script.includes('"evidence_bodies"'))
              told.push(await outside(keepMonths));
            return run(script);
          }),
        ),
    };
    expect(await taken(engine)).toHaveLength(1);
    expect(told.join().split(", ")).toContain("evidence_bodies 2026-04 dropped later");
    expect((await keepMonths()).split(", ")).toContain("evidence_bodies 2026-04 dropped");
    expect(await taken(database.current())).toHaveLength(1);
  });

  test("[SYS-10] that begins while a month is dropped waits for it, and has the texts where they went", async () => {
    await withNeededText();
    const backup = await database.current().asPlatform("test", async (tx) => {
      await sql`lock table evidence_bodies in access exclusive mode`.execute(tx);
      await sql`update evidence e set kept_body_sealed = b.body_sealed from evidence_bodies b where b.evidence_id = e.evidence_id`.execute(
        tx,
      );
      const taking = outside(() => taken(database.current()));
      await expect
        .poll(() =>
          write(
            `select count(*)::int as waiting from pg_locks where not granted and relation = 'evidence_bodies'::regclass
              and database = (select oid from pg_database where datname = current_database())`,
          ),
        )
        .toEqual([{ waiting: 1 }]);
      await sql`select karibu_drop_month('evidence_bodies', '2026-04-01')`.execute(tx);
      return { taking };
    });
    expect(await backup.taking).toHaveLength(1);
  });
});
