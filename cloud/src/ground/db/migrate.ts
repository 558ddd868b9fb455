/**
 * Brings a database to the shape this code expects, under a lock: one hub process migrates while the others wait. A fresh database is made by the
 * rooms' schema files in one transaction (`baseline.ts`). One that is there gets the files of `migrations/` that it lacks, in the order of their
 * numbers, each once and in a separate transaction. How to write one: `migrations/README.md`.
 * Files go forward only and are never edited once released: their hash is kept.
 *
 * A statement may take hours: there is no time-out. A table's lock is waited for 5 s at most, and asked for again later, because everybody who
 * comes after a waiting migration waits behind it.
 *
 * A file whose first line is `-- outside a transaction` runs statement by statement, for CREATE INDEX CONCURRENTLY. If it fails half-way, it
 * is run again from its beginning, so each statement must bear that: `drop index concurrently if exists` first (a failed one is left invalid).
 * One whose first line is `-- index by month` is an index on a table that is partitioned by month (`index-by-month.ts`).
 */

import { readdir, readFile } from "node:fs/promises";
import { Fault } from "@karibu/protocol/fault";
import { sha256Hex } from "@karibu/protocol/hash";
import { sleep, type World } from "@karibu/protocol/world";
import { baselineName, hashOfBaseline, readBaseline } from "./baseline.ts";
import type { Engine, RunScript } from "./engine.ts";
import { buildByMonth, byMonthMark, type IndexByMonth, readIndexByMonth } from "./index-by-month.ts";
import { lockKeys } from "./lock-keys.ts";
import { isLockNotAvailable } from "./passing.ts";

const folder = new URL("./migrations/", import.meta.url);
const fileName = /^\d{4}-[a-z0-9-]+\.sql$/;

export interface Migration {
  readonly name: string;
  readonly script: string;
  readonly hash: string;
}

export interface Release {
  /** Makes an empty database what all migrations would make it. */
  readonly schema: string;
  /** The first one is the baseline. */
  readonly migrations: readonly Migration[];
}

/**
 * `until`: stop after the migration of this name (a back-up is restored with its old schema, and migrated then).
 * Throws Fault "database/before-baseline", "database/migration-failed" with the file's name, "database/migration-waits" or
 * "database/migration-edited".
 */
export async function migrate(
  world: World,
  engine: Engine,
  until?: string,
  ofRelease: Promise<Release> = readRelease(),
): Promise<void> {
  const { schema, migrations } = await ofRelease;
  const wanted = migrations.filter(({ name }) => until === undefined || name <= until);
  await engine.hold(async (run) => {
    await run("set statement_timeout = 0; set idle_in_transaction_session_timeout = 0");
    try {
      await takeTurn(world, run);
      await refuseOlder(run);
      await prepareRoles(run);
      await run(
        "create table if not exists migrations (name text primary key, hash text not null, applied_at_ms bigint not null)",
      );
      const applied = new Map((await run("select name, hash from migrations")).map((row) => [row.name, row.hash]));
      if (applied.size === 0 && wanted.length === migrations.length) {
        await apply(world, run, { name: "schema", script: schema, makes: migrations, engine: engine.kind });
        return;
      }
      for (const migration of wanted) {
        const hash = applied.get(migration.name);
        if (hash === undefined) await apply(world, run, { ...migration, makes: [migration], engine: engine.kind });
        else if (hash !== migration.hash) throw migration.name === baselineName ? tooOld() : edited(migration.name);
      }
    } finally {
      await run(`select pg_advisory_unlock(${lockKeys.migrations}) where ${holdsTurn}`);
      await run("reset lock_timeout; reset statement_timeout; reset idle_in_transaction_session_timeout");
    }
  });
}

/** Throws Fault "database/before-baseline" for a database that was made before the schema was written down as the baseline. */
export async function refuseOlder(run: RunScript): Promise<void> {
  if (!(await isMade(run))) return;
  const [found] = await run(`
    select count(*) > 0 and count(*) filter (where name = '${baselineName}') = 0 as is_older from migrations`);
  if (found?.is_older === true) throw tooOld();
}

function tooOld(): Fault {
  return new Fault(
    "database/before-baseline",
    "this database was made before Karibu's first release and can't be used: start with an empty data folder or an empty database",
    { retry: "never", hint: "What is in it can still be read with the version that made it." },
  );
}

async function isMade(run: RunScript): Promise<boolean> {
  return (await run("select to_regclass('public.migrations') is not null as yes"))[0]?.yes === true;
}

/** The migrations of this release that the database lacks, and those it has that this release does not know. */
export async function compareMigrations(
  engine: Pick<Engine, "alone">,
): Promise<{ readonly waiting: readonly string[]; readonly unknown: readonly string[] }> {
  const known = (await readMigrations()).map(({ name }) => name);
  const applied = await engine.alone("read", async (run) =>
    (await isMade(run)) ? (await run("select name from migrations order by name")).map((row) => String(row.name)) : [],
  );
  const has = new Set(applied);
  const knows = new Set(known);
  return { waiting: known.filter((name) => !has.has(name)), unknown: applied.filter((name) => !knows.has(name)) };
}

const holdsTurn = `exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and objid = ${lockKeys.migrations})`;
const turnPauseMs = 200;

/** Asked for again and again, not waited for: an index that is built concurrently would wait for the waiting statement. */
async function takeTurn(world: World, run: RunScript): Promise<void> {
  while ((await run(`select pg_try_advisory_lock(${lockKeys.migrations}) as mine`))[0]?.mine !== true)
    await sleep(world.clock, turnPauseMs);
}

export async function readRelease(): Promise<Release> {
  const schema = await readBaseline();
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  const files = await Promise.all(
    names.map(async (name) => {
      if (!fileName.test(name)) throw new Error(`migration file ${name} is not named 0001-<what>.sql`);
      const script = await readFile(new URL(name, folder), "utf8");
      return { name, script, hash: name === baselineName ? hashOfBaseline(script) : sha256Hex(script) };
    }),
  );
  // Until the baseline is frozen as a file, it is what the schema files say.
  const isFrozen = files[0]?.name === baselineName;
  const now = { name: baselineName, script: schema, hash: hashOfBaseline(schema) };
  return { schema, migrations: isFrozen ? files : [now, ...files] };
}

export async function readMigrations(): Promise<readonly Migration[]> {
  return (await readRelease()).migrations;
}

const outsideMark = /^-- outside a transaction\b/;
const lockWaitSeconds = 5;
/** With the pauses some ten minutes: a report or a back-up that holds the lock is over then. */
const lockTries = 60;
const lockPauseMs = 5000;

/** A script, and the migrations that a database has when it ran. */
interface Step {
  readonly name: string;
  readonly script: string;
  readonly makes: readonly Migration[];
  readonly engine: Engine["kind"];
}

async function apply(world: World, run: RunScript, migration: Step): Promise<void> {
  const { name, engine } = migration;
  for (let tryNumber = 1; ; tryNumber++) {
    try {
      // The embedded engine has one connection, so nobody is there to go on meanwhile.
      const index = byMonthMark.test(migration.script) ? readIndexByMonth(migration.script) : null;
      if (engine === "embedded") await applyInside(world, run, migration);
      else if (index !== null) await applyByMonth(world, run, migration, index);
      else if (outsideMark.test(migration.script)) await applyOutside(world, run, migration);
      else await applyInside(world, run, migration);
      break;
    } catch (error) {
      await run("rollback");
      const { message } = error as Error;
      if (isLockNotAvailable(error) && tryNumber < lockTries) {
        world.log.warn("migration-waits", { name, tryNumber });
        await sleep(world.clock, lockPauseMs);
        continue;
      }
      if (isLockNotAvailable(error))
        throw new Fault("database/migration-waits", `migration ${name} waited in vain for a lock`, {
          retry: "later",
          hint: "Something holds a table for minutes: see pg_stat_activity, end it, and start the hub again.",
        });
      throw new Fault("database/migration-failed", `migration ${name} failed: ${message}`, { retry: "never" }, error);
    }
  }
  world.log.info("migration-applied", { name });
}

async function applyInside(world: World, run: RunScript, migration: Step): Promise<void> {
  const script = outsideMark.test(migration.script)
    ? migration.script.replaceAll(/\bconcurrently\b/gi, "")
    : migration.script;
  await run(`begin; set local lock_timeout = '${lockWaitSeconds}s'; ${script}
    ; ${noteOf(world, migration.makes)}; commit`);
}

/** Each statement alone: several in one text would be one transaction. Those that build concurrently block nobody while they wait. */
async function applyOutside(world: World, run: RunScript, migration: Step): Promise<void> {
  const script = migration.script.replaceAll(/^--.*$/gm, "");
  for (const statement of script.split(/;\s*$/m).filter((text) => text.trim() !== "")) await run(statement);
  await run(noteOf(world, migration.makes));
}

async function applyByMonth(world: World, run: RunScript, migration: Step, index: IndexByMonth): Promise<void> {
  await buildByMonth(run, index, lockWaitSeconds);
  await run(noteOf(world, migration.makes));
}

function noteOf(world: World, migrations: readonly Migration[]): string {
  const rows = migrations.map(({ name, hash }) => `('${name}', '${hash}', ${world.clock.wall().atMs})`);
  return `insert into migrations (name, hash, applied_at_ms) values ${rows.join(", ")}`;
}

function edited(name: string): Fault {
  return new Fault("database/migration-edited", `migration ${name} was changed after it had been applied here`, {
    retry: "never",
    hint: "Use the release that created this database, or a later one; add a new migration instead of editing.",
  });
}

const roles = ["karibu_app", "karibu_platform", "karibu_intake", "karibu_booker"] as const;

/**
 * Roles belong to the cluster, not to the database. The hub of another database may create them at the same moment, and a
 * database that was restored elsewhere comes without them. No user logs in as a role; each transaction sets its role.
 */
async function prepareRoles(run: RunScript): Promise<void> {
  const make = roles.map(
    (role) => `
      begin
        if not exists (select from pg_roles where rolname = '${role}') then
          create role ${role} nologin nosuperuser nobypassrls;
        end if;
      exception when duplicate_object or unique_violation then null;
      end;`,
  );
  const script = `
    do $$ begin
      ${make.join("")}
      if not (select rolsuper from pg_roles where rolname = current_user) then
        execute format('grant ${roles.join(", ")} to %I', current_user);
      end if;
    end $$`;
  for (let triesLeft = 3; ; triesLeft--) {
    try {
      await run(script);
      return;
    } catch (error) {
      const { code, message } = error as { code?: string; message: string };
      if (code === "XX000" && triesLeft > 0) continue; // "tuple concurrently updated": another database's hub was first
      throw new Fault("database/roles", `the database's roles could not be made: ${message}`, {
        retry: "never",
        hint: `The user of DATABASE_URL needs CREATEROLE, or an administrator makes ${roles.join(", ")} and grants them to it.`,
      });
    }
  }
}
