/**
 * Brings a database to the shape this code expects: roles, then the files of `migrations/` in the order of their numbers,
 * each once and in a separate transaction, under a lock: one hub process migrates while the others wait.
 * Files go forward only and are never edited once released: their hash is kept.
 */

import { readdir, readFile } from "node:fs/promises";
import { Fault } from "@karibu/protocol/fault";
import { sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import type { Engine, RunScript } from "./engine.ts";
import { lockKeys } from "./lock-keys.ts";

const folder = new URL("./migrations/", import.meta.url);
const fileName = /^\d{4}-[a-z0-9-]+\.sql$/;

interface Migration {
  readonly name: string;
  readonly script: string;
  readonly hash: string;
}

/**
 * `until`: stop after the migration of this name (a back-up is restored with its old schema, and migrated then).
 * Throws Fault "database/migration-failed" with the file's name, or "database/migration-edited".
 */
export async function migrate(world: World, engine: Engine, until?: string): Promise<void> {
  const migrations = (await readMigrations()).filter(({ name }) => until === undefined || name <= until);
  await engine.hold(async (run) => {
    await run(`select pg_advisory_lock(${lockKeys.migrations})`);
    try {
      await prepareRoles(run);
      await run(
        "create table if not exists migrations (name text primary key, hash text not null, applied_at_ms bigint not null)",
      );
      const applied = new Map((await run("select name, hash from migrations")).map((row) => [row.name, row.hash]));
      for (const migration of migrations) {
        const hash = applied.get(migration.name);
        if (hash === undefined) await apply(world, run, migration);
        else if (hash !== migration.hash) throw edited(migration.name);
      }
    } finally {
      await run(`select pg_advisory_unlock(${lockKeys.migrations})`);
    }
  });
}

export async function readMigrations(): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".sql")).sort();
  return Promise.all(
    names.map(async (name) => {
      if (!fileName.test(name)) throw new Error(`migration file ${name} is not named 0001-<what>.sql`);
      const script = await readFile(new URL(name, folder), "utf8");
      return { name, script, hash: sha256Hex(script) };
    }),
  );
}

async function apply(world: World, run: RunScript, { name, script, hash }: Migration): Promise<void> {
  const atMs = world.clock.wall().atMs;
  try {
    await run(`begin; ${script}
      ; insert into migrations (name, hash, applied_at_ms) values ('${name}', '${hash}', ${atMs}); commit`);
  } catch (error) {
    await run("rollback");
    const message = `migration ${name} failed: ${(error as Error).message}`;
    throw new Fault("database/migration-failed", message, { retry: "never" }, error);
  }
  world.log.info("migration-applied", { name });
}

function edited(name: string): Fault {
  return new Fault("database/migration-edited", `migration ${name} was changed after it had been applied here`, {
    retry: "never",
    hint: "Use the release that created this database, or a later one; add a new migration instead of editing.",
  });
}

/**
 * Roles belong to the cluster, not to the database. The hub of another database may create them at the same moment, and a
 * database that was restored elsewhere comes without them. No user logs in as a role; each transaction sets its role.
 */
async function prepareRoles(run: RunScript): Promise<void> {
  const make = ["karibu_app", "karibu_platform", "karibu_intake"].map(
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
        execute format('grant karibu_app, karibu_platform, karibu_intake to %I', current_user);
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
        hint: "The user of DATABASE_URL needs CREATEROLE, or an administrator makes karibu_app, karibu_platform and karibu_intake and grants them to it.",
      });
    }
  }
}
