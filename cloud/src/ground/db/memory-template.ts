/**
 * A fresh, migrated database in memory, for tests and the simulation. Creating one takes four seconds of CPU, mostly
 * for the cluster that the engine initialises. So one template is created, and each database is a copy of it.
 */
import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import type { World } from "@karibu/protocol/world";
import { openFresh } from "./fresh-folder.ts";
import { type OpenDatabase, openDatabase } from "./open-database.ts";

/** What a template has that a fresh database lacks. `name` says what, and for whom, in letters of a file's name. */
export interface Furnished {
  readonly name: string;
  readonly furnish: (database: OpenDatabase) => Promise<unknown>;
}

/** One of each name per process, or for all processes of a test run that names a folder for them. */
const templates = new Map<string, Promise<Blob>>();

export async function openInMemory(world: World, furnished: Furnished | null = null): Promise<OpenDatabase> {
  return openDatabase(world, { databaseUrl: null, dataDir: null, copyOf: await templateOf(world, furnished) });
}

function templateOf(world: World, furnished: Furnished | null): Promise<Blob> {
  const name = furnished === null ? "database" : `database-${furnished.name}`;
  const template =
    templates.get(name) ??
    readOrMake(process.env.KARIBU_TEST_SHARED_FOLDER || null, `${name}.tar`, () => make(world, furnished));
  templates.set(name, template);
  return template;
}

async function readOrMake(folder: string | null, name: string, make: () => Promise<Blob>): Promise<Blob> {
  if (folder === null) return make();
  const file = join(folder, name);
  const template = await readFile(file).catch((error: { code?: string }) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (template !== null) return new Blob([template]);
  const image = await make();
  // Written to a temporary name first, then renamed: another process may read at the same time.
  const unfinished = `${file}.${randomBytes(6).toString("hex")}`;
  await writeFile(unfinished, image.stream());
  await rename(unfinished, file);
  return image;
}

/** A world's log must not show which template its database is a copy of, and who made it. */
export function withoutLog(world: World): World {
  const say = () => {};
  return { ...world, log: { debug: say, info: say, warn: say, error: say } };
}

async function make(world: World, furnished: Furnished | null): Promise<Blob> {
  const silent = withoutLog(world);
  if (furnished === null) {
    const { engine, pglite } = await openFresh(silent);
    return thin(pglite)
      .then(() => pglite.dumpDataDir("none"))
      .finally(() => engine.close());
  }
  const database = await openInMemory(silent);
  const { handle } = database;
  if (handle.kind !== "embedded") throw new TypeError("a database in memory has an embedded handle");
  return furnished
    .furnish(database)
    .then(() => thin(handle.pglite))
    .then(() => handle.pglite.dumpDataDir("none"))
    .finally(() => database.close());
}

/**
 * Each copy is unpacked file by file: without the cluster's other databases, which nobody opens, and the log before its last checkpoint it is half as
 * many bytes, and opens in half the time.
 */
async function thin(pglite: PGlite): Promise<void> {
  const others = "from pg_database where datname <> current_database()";
  const { rows } = await pglite.query<{ readonly name: string }>(`select quote_ident(datname) as name ${others}`);
  await pglite.exec("update pg_database set datistemplate = false where datname <> current_database()");
  for (const { name } of rows) await pglite.exec(`drop database ${name}`);
  await pglite.exec("select pg_switch_wal()");
  // The first one ends the file of the log that it was begun in; the second removes that file.
  for (let times = 0; times < 2; times++) await pglite.exec("checkpoint");
}
