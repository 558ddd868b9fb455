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

/** One template per process, or one for all processes of a test run that names a folder for it. */
let template: Promise<Blob> | null = null;

export async function openInMemory(world: World): Promise<OpenDatabase> {
  template ??= readOrMake(world, process.env.KARIBU_TEST_SHARED_FOLDER ?? null);
  return openDatabase(world, { databaseUrl: null, dataDir: null, copyOf: await template });
}

async function readOrMake(world: World, folder: string | null): Promise<Blob> {
  if (folder === null) return make(world);
  const file = join(folder, "database.tar");
  const template = await readFile(file).catch((error: { code?: string }) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (template !== null) return new Blob([template]);
  const image = await make(world);
  // Written to a temporary name first, then renamed: another process may read at the same time.
  const unfinished = `${file}.${randomBytes(6).toString("hex")}`;
  await writeFile(unfinished, image.stream());
  await rename(unfinished, file);
  return image;
}

/** A silent log: a world's log must not show which template its database is a copy of. */
async function make(world: World): Promise<Blob> {
  const say = () => {};
  const { engine, pglite } = await openFresh({ ...world, log: { debug: say, info: say, warn: say, error: say } });
  return thin(pglite)
    .then(() => pglite.dumpDataDir("none"))
    .finally(() => engine.close());
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
