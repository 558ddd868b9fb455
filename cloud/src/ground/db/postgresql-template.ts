/**
 * A migrated database on a server for tests, which the databases of its suites begin as copies of: making all tables takes
 * longer than a copy. The first process that needs it makes it; the others wait for that.
 */
import { sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import pg from "pg";
import { readRelease } from "./migrate.ts";
import { openDatabase } from "./open-database.ts";

/** Of a template that is being made: what a killed process leaves there, the next one begins again. */
const unfinished = "karibu_template_unfinished";
/** Any number: no other advisory lock is taken in the server's own database. */
const lockNumber = 7411;

/** By server: the hundreds of suites of a process ask once. */
const known = new Map<string, Promise<string>>();

/** @returns its name. Nobody may stay connected to it, or it can't be copied. */
export function migratedTemplate(world: World, serverUrl: string): Promise<string> {
  const name = known.get(serverUrl) ?? findOrMake(world, serverUrl);
  known.set(serverUrl, name);
  return name;
}

async function findOrMake(world: World, serverUrl: string): Promise<string> {
  const template = await templateName();
  const client = new pg.Client({ connectionString: serverUrl });
  await client.connect();
  try {
    await client.query("select pg_advisory_lock($1)", [lockNumber]);
    const { rowCount } = await client.query("select from pg_database where datname = $1", [template]);
    if (rowCount === 0) {
      await client.query(`drop database if exists ${unfinished}`);
      await client.query(`create database ${unfinished}`);
      const url = new URL(serverUrl);
      url.pathname = `/${unfinished}`;
      await (await openDatabase(world, { databaseUrl: url.href, dataDir: null })).close();
      await client.query(`alter database ${unfinished} rename to ${template}`);
    }
    return template;
  } finally {
    await client.end();
  }
}

/** It tells what made it: several checkouts may share one server. */
async function templateName(): Promise<string> {
  const { schema, migrations } = await readRelease();
  return `karibu_template_${sha256Hex([schema, ...migrations.map(({ hash }) => hash)].join()).slice(0, 16)}`;
}
