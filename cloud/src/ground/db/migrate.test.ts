/** How migrations behave on a database at work. */

import { sha256Hex } from "@karibu/protocol/hash";
import { longTest } from "@karibu/protocol/test-long-run";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { baselineName } from "./baseline.ts";
import type { Engine, RunScript } from "./engine.ts";
import { migrate, type Release, readRelease } from "./migrate.ts";
import { openDatabase, openEngine } from "./open-database.ts";
import { engines, enginesOfThisRun, isAbsent, realWorld, useDatabase, useFreshServer } from "./test-databases.ts";

const file = (name: string, script: string): Promise<Release> =>
  Promise.resolve({ schema: "", migrations: [{ name, script, hash: sha256Hex(script) }] });

describe.each(engines)("a migration on %s", (kind) => {
  describe.skipIf(isAbsent(kind))("of a hub at work", () => {
    const world = realWorld();
    const database = useDatabase(kind, world);

    /** Migrates the suite's own database, through the connections that it has. */
    const run = async (
      files: Promise<Release>,
      between: (text: string, script: RunScript) => ReturnType<RunScript> = (text, script) => script(text),
    ) => {
      const { handle } = database.current();
      const hold = async <T>(work: (script: RunScript) => Promise<T>) => {
        if (handle.kind === "embedded")
          return work(async (text) => (await handle.pglite.exec(text)).at(-1)?.rows as Record<string, unknown>[]);
        const engine = await openEngine(world, {
          databaseUrl: handle.pool.options.connectionString ?? null,
          dataDir: null,
        });
        return engine.hold((script) => work((text) => between(text, script))).finally(() => engine.close());
      };
      await migrate(world, { kind, hold } as Engine, undefined, files);
    };
    const read = <Row>(query: string) =>
      database.current().asPlatform("test", async (tx) => {
        await sql`set local role none`.execute(tx);
        return (await sql.raw<Row>(query).execute(tx)).rows;
      });

    test("[SYS-20] its statements have no time-out, and a lock is waited for 5 s", async () => {
      const settings = ["statement_timeout", "lock_timeout"].map((name) => `current_setting('${name}') as ${name}`);
      await run(file("9001-probe.sql", `create table probe as select ${settings.join(", ")};`));
      expect(await read("select * from probe")).toEqual([{ statementTimeout: "0", lockTimeout: "5s" }]);
    });

    test("[SYS-20] a file may say that it runs outside a transaction: an index is built while others write", async () => {
      const script = `-- outside a transaction
drop index concurrently if exists built_at_work;
create index concurrently built_at_work on providers (name);
`;
      await run(file("9002-index.sql", script));
      await run(file("9002-index.sql", script));
      const found = "select indisvalid as valid from pg_index where indexrelid = 'built_at_work'::regclass";
      expect(await read(found)).toEqual([{ valid: true }]);
      expect(await read("select count(*) as count from migrations where name = '9002-index.sql'")).toEqual([
        { count: 1 },
      ]);
    });

    describe("an index on a table that is partitioned by month", () => {
      const index = (name: string) =>
        file(
          `9004-${name.replaceAll("_", "-")}.sql`,
          `-- index by month
-- What it is for.
create index ${name} on messages (provider_id, template) where problem is not null;
`,
        );
      /** Each index that `name` has: its table, and whether it is valid. */
      const found = (name: string) =>
        read<{ on: string; valid: boolean; name: string }>(`
          select i.indrelid::regclass::text as on, i.indisvalid as valid, i.indexrelid::regclass::text as name from pg_index i
          where i.indexrelid = '${name}'::regclass or i.indexrelid in (select inhrelid from pg_inherits where inhparent = '${name}'::regclass) order by 1`);
      const makeMonth = (month: string) => read(`select karibu_make_month('messages', '${month}-01')`);
      const row = (atMs: number) =>
        `insert into messages (provider_id, message_id, event_key, template, to_sealed, to_hash, to_masked, text_sealed, state, created_at_ms, changed_at_ms)
         values ('p1', 'm${atMs}', 'e', 't', '', 'h', 'm', '', 'failed', ${atMs}, 0)`;
      const tables = ["messages", "messages_2026_10", "messages_2026_11", "messages_other"];

      test("[SYS-20] is built on each part, and is what the plain statement makes", async () => {
        for (const month of ["2026-10", "2026-11"]) await makeMonth(month);
        await run(index("by_month"));
        await read("create index at_once on messages (provider_id, template) where problem is not null");
        const built = await found("by_month");
        expect(built.map(({ on, valid }) => [on, valid])).toEqual(tables.map((table) => [table, true]));
        const named = (rows: typeof built) => rows.slice(1).map(({ name }) => name.replace(/\d*$/, ""));
        expect(named(built)).toEqual(named(await found("at_once")));
        await makeMonth("2026-12");
        expect((await found("by_month")).map(({ on }) => on)).toContain("messages_2026_12");
        await read("drop index at_once, by_month");
        await read("drop table messages_2026_12");
      });

      test("[SYS-20] stands alone in its file, in the plain form", async () => {
        const mark = "-- index by month\n";
        for (const script of [
          "create index concurrently wrong on messages (template);",
          "create index wrong on messages (template); select 1;",
          "alter table messages add column wrong text;",
        ])
          await expect(run(file("9005-wrong.sql", mark + script))).rejects.toMatchObject({
            code: "database/migration-failed",
            message: expect.stringContaining("alone"),
          });
      });

      test.skipIf(kind === "embedded")(
        "[SYS-20] goes on where it was after a crash anywhere, and a month that is made meanwhile has it",
        async () => {
          await read(row(Date.UTC(2027, 0, 9)));
          const isBuild = (text: string) => text.startsWith("create index concurrently");
          // It builds a part and is gone before that is attached; of the next one a broken build is left; then two months are made in between.
          await expect(
            run(index("in_pieces"), async (text, script) => {
              const rows = await script(text);
              if (isBuild(text)) throw new Error("the power is gone");
              return rows;
            }),
          ).rejects.toThrow("the power is gone");
          const [lone] = await read<{ name: string }>(
            "select indexrelid::regclass::text as name from pg_index where indrelid = 'messages_2026_10'::regclass and indexrelid not in (select inhrelid from pg_inherits)",
          );
          const broken = "messages_2026_11_broken";
          await read(`create index ${broken} on messages_2026_11 (provider_id, template) where problem is not null;
            update pg_index set indisvalid = false where indexrelid = '${broken}'::regclass`);
          expect((await found("in_pieces")).map(({ on, valid }) => [on, valid])).toEqual([["messages", false]]);
          const built: string[] = [];
          await run(index("in_pieces"), async (text, script) => {
            if (isBuild(text) && built.push(text) === 1)
              for (const month of ["2026-12", "2027-01"]) await makeMonth(month);
            return script(text);
          });
          const rows = await found("in_pieces");
          expect(rows.map(({ on, valid }) => [on, valid])).toEqual(
            [...tables, "messages_2026_12", "messages_2027_01"].sort().map((table) => [table, true]),
          );
          expect(rows.map(({ name }) => name)).toContain(lone?.name);
          expect(built.map((text) => / on (\w+)/.exec(text)?.[1])).toEqual(["messages_2026_11", "messages_other"]);
          expect(await read(`select to_regclass('${broken}') as gone`)).toEqual([{ gone: null }]);
          expect(await read("select tableoid::regclass::text as at from messages")).toEqual([
            { at: "messages_2027_01" },
          ]);
          const all = "select count(*) as count from pg_index where indrelid = 'messages_2027_01'::regclass";
          expect(await read(all)).toEqual(await read(all.replace("_2027_01", "_2026_12")));
        },
      );
    });

    longTest.skipIf(kind === "embedded")(
      "[SYS-20] while it waits for a long reader's table, others read that table; it is done when the reader is",
      async () => {
        const ended = Promise.withResolvers<void>();
        const began = Promise.withResolvers<void>();
        const longReader = database.current().asPlatform("test", async (tx) => {
          await tx.selectFrom("providers").select("providerId").execute();
          began.resolve();
          await ended.promise;
        });
        await began.promise;
        const migrated = run(file("9003-column.sql", "alter table providers add column probe text;"));
        const waits = `select 1 from pg_locks where not granted and relation = 'providers'::regclass
          and database = (select oid from pg_database where datname = current_database())`;
        await expect.poll(() => read(waits), { timeout: 30_000 }).toHaveLength(1);
        // Behind the waiting migration: it is let in when that gives up its place.
        await read("select provider_id from providers");
        expect(await read("select 1 from migrations where name = '9003-column.sql'")).toEqual([]);
        ended.resolve();
        await Promise.all([longReader, migrated]);
        expect(await read("select probe from providers")).toEqual([]);
      },
    );
  });

  describe.skipIf(isAbsent(kind) || !enginesOfThisRun.includes(kind))("of an empty database", () => {
    const world = realWorld();
    const fresh = useFreshServer(kind);
    const place = () => ({ databaseUrl: fresh.url(), dataDir: null });

    test("[SYS-20] has the schema files and every migration noted, or the migrations one by one up to the one that is asked for; a database of before the baseline is refused", async () => {
      const { migrations } = await readRelease();
      const baseline = { ...migrations[0], script: "create table made_by_migrations (id text primary key)" };
      const added = { name: "0001-more.sql", script: "create table more (id text)", hash: "h" };
      const release = Promise.resolve({
        schema: "create table made_by_schema (id text primary key); create table more (id text)",
        migrations: [baseline, added],
      } as Release);
      const engine = await openEngine(world, place());
      const read = (query: string) => engine.hold((run) => run(query));
      const names = async () => (await read("select name from migrations order by name")).map(({ name }) => name);
      const tables = async () =>
        (await read("select tablename as name from pg_tables where schemaname = 'public' order by 1")).map(
          ({ name }) => name,
        );
      try {
        await migrate(world, engine, undefined, release);
        expect(await names()).toEqual([baselineName, "0001-more.sql"]);
        expect(await tables()).toEqual(["made_by_schema", "migrations", "more"]);
        await read("drop table made_by_schema; drop table more; delete from migrations");

        await migrate(world, engine, baselineName, release);
        expect(await names()).toEqual([baselineName]);
        expect(await tables()).toEqual(["made_by_migrations", "migrations"]);
        await migrate(world, engine, undefined, release);
        expect(await names()).toEqual([baselineName, "0001-more.sql"]);

        const refusal = { code: "database/before-baseline", message: expect.stringContaining("empty data folder") };
        await read(`update migrations set hash = 'another' where name = '${baselineName}'`);
        await expect(migrate(world, engine, undefined, release)).rejects.toMatchObject(refusal);
        await read("update migrations set name = '0720-money-of-paper.sql' where name = '0001-more.sql'");
        await read(`delete from migrations where name = '${baselineName}'`);
        await expect(migrate(world, engine, undefined, release)).rejects.toMatchObject(refusal);
        if (kind === "postgresql")
          for (const mode of ["migrate", "as-is", "read-only"] as const)
            await expect(openDatabase(world, place(), mode)).rejects.toMatchObject(refusal);
        expect(await tables()).toEqual(["made_by_migrations", "migrations", "more"]);
      } finally {
        await engine.close();
      }
    }, 300_000);
  });
});
