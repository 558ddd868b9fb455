/** Tables that are partitioned by month: each row has a part, months come and go, and the parent alone decides who reads what. */

import { AsyncLocalStorage } from "node:async_hooks";
import { unixMs } from "@karibu/protocol/quantities";
import { inLongRunAll, longTest } from "@karibu/protocol/test-long-run";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { expect, test } from "vitest";
import { oldSessions } from "../../catalogue/sessions/session-retention.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { OpenDatabase } from "../../ground/db/open-database.ts";
import { engineSuite, enginesOfThisRun, realWorld, useDatabase } from "../../ground/db/test-databases.ts";
import type { RetentionRule } from "../../ground/jobs/maintenance-job.ts";
import { makeMonthsAhead, monthsJob, readMonths } from "./keep-months.ts";

/** Transactions don't nest: this is as another process would do it. */
const outside = AsyncLocalStorage.snapshot();
const dayMs = 86_400_000;
const nowMs = Date.UTC(2026, 10, 24, 20);
const worldAt = (atMs: number): World => {
  const world = realWorld();
  return { ...world, clock: { ...world.clock, wall: () => ({ ...world.clock.wall(), atMs: unixMs(atMs) }) } };
};
const audit: RetentionRule = { table: "audit", column: "at_ms", keptMs: 1825 * dayMs, byMonth: true };

/** One row of each partitioned table, at a time. A new one stands here too. */
const rowAt: Readonly<Record<string, (atMs: number) => string>> = {
  audit: (atMs) =>
    `insert into audit (provider_id, audit_id, at_ms, action, detail) values ('p1', 'a${atMs}', ${atMs}, 'a', '{}')`,
  evidence_bodies: (atMs) =>
    `insert into evidence_bodies (provider_id, received_at_ms, evidence_id, body_sealed) values ('p1', ${atMs}, 'e', '\\x00')`,
  messages: (
    atMs,
  ) => `insert into messages (provider_id, message_id, event_key, template, to_sealed, to_hash, to_masked, text_sealed, state, created_at_ms, changed_at_ms)
    values ('p1', 'm', 'e', 't', '', 'h', '', '', 'waiting', ${atMs}, 1)`,
  passing_records: (
    atMs,
  ) => `insert into passing_records (provider_id, site_id, epoch, seq, kind, at_ms, received_at_ms, raw)
    values ('p1', 's', 'e', 1, 'alarm', 1, ${atMs}, '{}')`,
  refused_log_ins: (
    atMs,
  ) => `insert into refused_log_ins (provider_id, site_id, epoch, seq, at_ms, username, nas, service, reason, times, received_at_ms)
    values ('p1', 's', 'e', ${atMs}, 1, 'user', 'nas', 'hotspot', 'expired', 1, ${atMs})`,
  router_figures: (
    atMs,
  ) => `insert into router_figures (provider_id, site_id, epoch, seq, from_ms, from_stamped_ms, samples, interfaces, received_at_ms)
    values ('p1', 's', 'e', ${atMs}, 1, 1, 1, '[]', ${atMs})`,
  router_log_ins: (
    atMs,
  ) => `insert into router_log_ins (provider_id, site_id, epoch, seq, at_ms, name, what, nas, received_at_ms)
    values ('p1', 's', 'e', ${atMs}, 1, 'staff', 'began', 'nas', ${atMs})`,
  sessions: (
    atMs,
  ) => `insert into sessions (provider_id, site_id, session_key, stopped_at_ms, received_at_ms, kept_from_ms)
    values ('p1', 's', 'k', 1, ${atMs}, ${atMs})`,
  usage_days: (
    atMs,
  ) => `insert into usage_days (provider_id, day, site_id, session_key, input_bytes, output_bytes, online_seconds)
    values ('p1', '${new Date(atMs).toISOString().slice(0, 10)}', 's', 'k', 1, 1, 1)`,
};

engineSuite("months of partitioned tables", { on: enginesOfThisRun }, (engine) => {
  const database = useDatabase(engine);
  const write = (query: string) => database.current().alone("write", (run) => run(query));
  const keep = (rules: readonly RetentionRule[] = [audit], atMs = nowMs) =>
    monthsJob(worldAt(atMs), database.current(), rules).run();
  const monthsOf = async (name: string) => (await readMonths(database.current())).find((table) => table.name === name);
  const partsOfRows = async (table: string) =>
    (
      await write(`select tableoid::regclass::text as part, count(*)::int as rows from ${table} group by 1 order by 1`)
    ).map(({ part, rows }) => `${part} ${rows}`);

  test("[SYS-10] a row finds a part at any time; the job makes the months, and moves there what has none", async () => {
    await write(`insert into providers (provider_id, name, state, currency, locale, utc_offset_minutes, bridge_seconds, bridge_data_bytes,
        created_at_ms, updated_at_ms) values ('p1', 'One', 'active', 'KES', 'en', 180, 1800, 1, 1, 1)`);
    for (const [table, row] of Object.entries(rowAt)) {
      for (const atMs of [nowMs, Date.UTC(2026, 5, 30, 23, 59, 59, 999), Date.UTC(2031, 0), 0]) await write(row(atMs));
      expect(await partsOfRows(table)).toEqual([`${table}_other 4`]);
    }
    const rules = Object.keys(rowAt).map((table): RetentionRule => ({ ...audit, table }));
    const done = await keep(rules);
    expect(await keep(rules)).toBe("nothing");
    for (const [table, row] of Object.entries(rowAt)) {
      for (const month of ["2026-06", "2026-11", "2026-12", "2027-01"])
        expect(done).toContain(`${table} ${month} made`);
      expect(done).toContain(`${table} before 2021-11 forgotten`);
      await write(row(nowMs + dayMs));
      await write(row(Date.UTC(2026, 6)));
      expect(await partsOfRows(table)).toEqual([
        `${table}_2026_06 1`,
        `${table}_2026_07 1`,
        `${table}_2026_11 2`,
        `${table}_other 1`,
      ]);
      expect(await monthsOf(table)).toMatchObject({ firstOther: "2031-01", lastOther: "2031-01" });
    }
  });

  test("[SYS-10] what is too old goes by the month, the whole of it, and only when all of it is too old", async () => {
    await write(rowAt.audit?.(Date.UTC(2021, 9, 31, 23)) ?? "");
    for (const month of ["2021-11-01", "2021-12-01"]) await write(`select karibu_make_month('audit', '${month}')`);
    expect(await keep()).toContain("audit before 2021-11 forgotten");
    await write(rowAt.audit?.(Date.UTC(2021, 10, 1)) ?? "");
    const lastDay = Date.UTC(2021, 11, 1) + 1825 * dayMs;
    expect(await keep([audit], lastDay - 1)).not.toContain("dropped");
    expect(await keep([audit], lastDay)).toContain("audit 2021-11 dropped");
    expect((await monthsOf("audit"))?.months).not.toContain("2021-11");
    expect(await partsOfRows("audit")).not.toContain("audit_2021_11 1");
  });

  test("[SYS-10] nobody drops a month of the audit log that is younger than a year", async () => {
    const thisMonth = new Date().toISOString().slice(0, 8);
    const asPlatform = (query: string) => database.current().asPlatform("test", (tx) => sql.raw(query).execute(tx));
    await expect(asPlatform(`select karibu_drop_month('audit', '${thisMonth}01')`)).rejects.toThrow(/kept for a year/);
    await expect(asPlatform(`select karibu_forget_others('audit', '${thisMonth}01')`)).rejects.toThrow(
      /kept for a year/,
    );
    await expect(asPlatform(`select karibu_drop_month('providers', '2020-01-01')`)).rejects.toThrow(/not partitioned/);
    for (const call of ["karibu_drop_month('audit', '2020-01-01')", "karibu_months()"])
      await expect(database.current().asProvider("p1", (tx) => sql.raw(`select ${call}`).execute(tx))).rejects.toThrow(
        /permission denied/,
      );
  });

  test("[TEN-02] another provider reads nothing of any partitioned table, through it or through any of its parts", async () => {
    const tables = await readMonths(database.current());
    // Each has a row in a month and one in the part for what has none: see the first test.
    expect(tables.map(({ name }) => name)).toEqual(Object.keys(rowAt).sort());
    for (const { name, months } of tables) {
      expect(await count(database.current(), "p1", name)).toBeGreaterThan(2);
      expect(await count(database.current(), "p2", name)).toBe(0);
      const parts = [...months.map((month) => month.replace("-", "_")), "other"];
      for (const part of inLongRunAll(parts, (_, at) => at === 0 || at === parts.length - 1))
        for (const role of ["karibu_app", "karibu_platform", "karibu_intake", "karibu_booker"])
          for (const query of [
            `select from ${name}_${part}`,
            `delete from ${name}_${part}`,
            `insert into ${name}_${part} default values`,
          ])
            await expect(asRole(database.current(), role, query), `${role}: ${query}`).rejects.toThrow(
              `permission denied for table ${name}_${part}`,
            );
    }
  });

  test("a partitioned table refers to no other, so that dropping a month locks nothing else", async () => {
    expect(
      await write(`select conrelid::regclass::text as name from pg_constraint f join pg_partitioned_table p on p.partrelid in (f.conrelid, f.confrelid)
        where f.contype = 'f'`),
    ).toEqual([]);
  });

  test("[SYS-10] nothing is dropped while the clock is in doubt, and the job says so", async () => {
    await write("select karibu_make_month('audit', '2021-06-01')");
    const { clock, ...world } = worldAt(nowMs);
    const wall = () => ({ ...clock.wall(), quality: "estimated" as const });
    const doubting = { ...world, clock: { ...clock, wall } };
    expect(await monthsJob(doubting, database.current(), [audit]).run()).toContain(
      "nothing dropped: this machine's clock and the database's differ",
    );
    expect((await monthsOf("audit"))?.months).toContain("2021-06");
    expect(await keep()).toContain("audit 2021-06 dropped");
  });

  test("[SYS-10] a table whose months can't be kept is not in the way of the others", async () => {
    for (const table of ["audit", "usage_days"]) await write(`select karibu_make_month('${table}', '2021-06-01')`);
    const usage: RetentionRule = { ...audit, table: "usage_days", column: "day" };
    const broken = { ...audit, outlives: () => Promise.reject(new Error("no room")) };
    await expect(keep([broken, usage])).rejects.toThrow(/^audit: no room, .*usage_days 2021-06 dropped/);
    expect((await monthsOf("audit"))?.months).toContain("2021-06");
    expect(await keep()).toContain("audit 2021-06 dropped");
  });

  test("[SYS-10] what must be known of rows that go is noted with them, and only then", async () => {
    await write("select karibu_make_month('sessions', '2021-06-01')");
    await write(rowAt.sessions?.(Date.UTC(2021, 5, 20)) ?? "");
    const floors = () => write("select begun_ms from sessions_forgotten where provider_id = 'p1'");
    await write("delete from sessions_forgotten");
    const sessions: RetentionRule = { ...oldSessions, keptMs: audit.keptMs };
    const failing: RetentionRule = {
      ...sessions,
      outlives: (_tx, { isLocked }) =>
        isLocked ? Promise.reject(new Error("at the last moment")) : Promise.resolve(0),
    };
    await expect(keep([failing])).rejects.toThrow("sessions: at the last moment");
    expect(await floors()).toEqual([]);
    expect(await keep([sessions])).toContain("sessions 2021-06 dropped");
    expect(await floors()).toEqual([{ begun_ms: 1 }]);
  });

  test.skipIf(engine === "embedded")(
    "[SYS-10] while somebody reads a table, its months are left for the next run",
    async () => {
      const atMs = Date.UTC(2027, 0, 5);
      await database.current().asPlatform("test", async (tx) => {
        await tx.selectFrom("audit").select("auditId").execute();
        const done = await outside(() => keep([audit], atMs));
        for (const what of ["audit 2027-02 made later", "audit 2021-12 dropped later", "usage_days 2027-02 made"])
          expect(done.split(", ")).toContain(what);
      });
      const done = await keep([audit], atMs);
      for (const what of ["audit 2027-02 made", "audit 2021-12 dropped"]) expect(done.split(", ")).toContain(what);
    },
  );

  test("[SYS-10] rows of a missed month are moved some at a time, each is there at any time, and who ends in between goes on", async () => {
    const [fromMs, atMs] = [Date.UTC(2028, 2, 1), Date.UTC(2028, 2, 20)];
    await write(`insert into audit (provider_id, audit_id, at_ms, action, detail)
        select 'p1', 'm' || i, ${fromMs} + i / 3, 'a', '{}' from generate_series(0, 49999) i`);
    const here = () =>
      write(`select count(*)::int as rows from audit where at_ms between ${fromMs} and ${fromMs + dayMs}`);
    const march = async () => (await partsOfRows("audit")).find((part) => part.startsWith("audit_2028_03"));
    expect(await write(`select karibu_make_month('audit', '2028-03-01', 10000) as whole`)).toEqual([{ whole: false }]);
    // Three have the same time: they go together.
    expect(await march()).toBe("audit_2028_03 10002");
    expect(await here()).toEqual([{ rows: 50_000 }]);
    await write(rowAt.audit?.(fromMs + dayMs) ?? "");
    expect((await monthsOf("audit"))?.begun).toEqual(["2028-03"]);
    expect(await keep([audit], atMs)).toContain("audit 2028-03 made");
    expect(await march()).toBe("audit_2028_03 50001");
    expect((await monthsOf("audit"))?.begun).toEqual([]);
    expect(await here()).toEqual([{ rows: 50_001 }]);
    await write(rowAt.audit?.(Date.UTC(2028, 3, 1) - 1) ?? "");
    expect(await march()).toBe("audit_2028_03 50002");
    const indexes = (table: string) =>
      write(`select count(*)::int as count from pg_index where indrelid = '${table}'::regclass and indisvalid`);
    expect(await indexes("audit_2028_03")).toEqual(await indexes("audit"));
  });

  test("[SYS-10] before the hub serves each table has the month of its first row, and nothing is moved or dropped for it", async () => {
    await write("select karibu_make_month('audit', '2020-01-01')");
    await makeMonthsAhead(worldAt(Date.UTC(2040, 0, 2)), database.current());
    for (const { months } of await readMonths(database.current()))
      expect(months.slice(-3)).toEqual(["2040-01", "2040-02", "2040-03"]);
    expect((await monthsOf("audit"))?.months).toContain("2020-01");
  });

  longTest.skipIf(engine === "embedded")(
    "[SYS-10] as long as the current month has no part, because somebody reads the table, the job fails",
    async () => {
      const atMs = Date.UTC(2041, 0, 5);
      await database.current().asPlatform("test", async (tx) => {
        await tx.selectFrom("audit").select("auditId").execute();
        await expect(outside(() => keep([], atMs))).rejects.toThrow(
          /^audit: 2041-01 has no part, .*audit 2041-01 made later/,
        );
      });
      expect(await keep([], atMs)).toContain("audit 2041-01 made");
    },
  );
});

async function count(database: OpenDatabase, providerId: string, table: string): Promise<number> {
  return database.asProvider(providerId, async (tx) => {
    const { rows } = await sql<{ rows: number }>`select count(*) as rows from ${sql.table(table)}`.execute(tx);
    return rows[0]?.rows ?? 0;
  });
}

function asRole(database: OpenDatabase, role: string, query: string): Promise<unknown> {
  return database.asPlatform("test", async (tx: Tx) => {
    await sql`select set_config('role', ${role}, true), set_config('karibu.provider_id', 'p2', true)`.execute(tx);
    await sql.raw(query).execute(tx);
  });
}
