/** How migrations behave on a database at work. */
import { sha256Hex } from "@karibu/protocol/hash";
import { sql } from "kysely";
import { describe, expect, test } from "vitest";
import { baselineName } from "./baseline.ts";
import type { Engine } from "./engine.ts";
import { migrate, type Release, readRelease } from "./migrate.ts";
import { openDatabase, openEngine } from "./open-database.ts";
import { engines, isAbsent, realWorld, useDatabase, useFreshServer } from "./test-databases.ts";

const file = (name: string, script: string): Promise<Release> =>
  Promise.resolve({ schema: "", migrations: [{ name, script, hash: sha256Hex(script) }] });

describe.each(engines)("a migration on %s", (kind) => {
  describe.skipIf(isAbsent(kind))("of a hub at work", () => {
    const world = realWorld();
    const database = useDatabase(kind, world);

    /** Migrates the suite's own database, through the connections that it has. */
    const run = async (files: Promise<Release>) => {
      const { handle } = database.current();
      const hold = async <T>(work: (script: (text: string) => Promise<Record<string, unknown>[]>) => Promise<T>) => {
        if (handle.kind === "embedded")
          return work(async (text) => (await handle.pglite.exec(text)).at(-1)?.rows as Record<string, unknown>[]);
        const engine = await openEngine(world, {
          databaseUrl: handle.pool.options.connectionString ?? null,
          dataDir: null,
        });
        return engine.hold(work).finally(() => engine.close());
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
      expect(await read("select * from probe")).toEqual([{ statement_timeout: "0", lock_timeout: "5s" }]);
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

    test.skipIf(kind === "embedded")(
      "[SYS-20] while it waits for a long reader's table, others read that table; it is done when the reader is",
      async () => {
        const ended = Promise.withResolvers<void>();
        const began = Promise.withResolvers<void>();
        const longReader = database.current().asPlatform("test", async (tx) => {
          await tx.selectFrom("providers").select("provider_id").execute();
          began.resolve();
          await ended.promise;
        });
        await began.promise;
        const migrated = run(file("9003-column.sql", "alter table providers add column probe text;"));
        const waits = "select 1 from pg_locks where not granted and relation = 'providers'::regclass";
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

  describe.skipIf(isAbsent(kind))("of an empty database", () => {
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
