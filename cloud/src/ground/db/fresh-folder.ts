/**
 * The embedded engine's folder for a first start. To make the system tables and those of all rooms is seconds of work, and slower on a disk than in
 * memory: so a fresh database is made in memory, closed, and its files are written out. `npm run build` and `npm start` keep such files
 * (`keepFresh`); a first start beside them only copies them.
 *
 * A folder is filled under another name, synced, and renamed last. A crash leaves nothing that the next start could take for a database.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { open, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { PGlite } from "@electric-sql/pglite";
import { sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import { openEmbedded, syncFolder } from "./embedded.ts";
import type { Engine } from "./engine.ts";
import { migrate, readRelease } from "./migrate.ts";

/** Where the engine keeps its files in its own file system. */
const engineFolder = "/pglite/data";
/** The system merges what is synced at the same time. */
const syncsAtOnce = 4;

/** Fills `folder`, which does not exist, with a fresh database. `keptIn`: where `keepFresh` may have left one. */
export async function makeFresh(world: World, folder: string, keptIn: string | null): Promise<void> {
  const kept = keptIn === null ? null : join(keptIn, await nameOfFresh());
  await fillWhole(folder, async (unfinished) => {
    if (kept !== null && existsSync(kept)) cpSync(kept, unfinished, { recursive: true });
    else await writeFresh(world, unfinished);
  });
}

/** Keeps the files of a fresh database in a folder of `keptIn` that is named for what made them; removes those of other releases. */
export async function keepFresh(world: World, keptIn: string): Promise<void> {
  const name = await nameOfFresh();
  const kept = join(keptIn, name);
  mkdirSync(keptIn, { recursive: true });
  for (const other of readdirSync(keptIn))
    if (!other.startsWith(name)) rmSync(join(keptIn, other), { recursive: true });
  if (existsSync(kept)) return;
  // Several builds may run at once: each fills a folder of its own, and the first one's is kept.
  const making = mkdtempSync(`${kept}.`);
  try {
    await fillWhole(join(making, "database"), (unfinished) => writeFresh(world, unfinished));
    if (!existsSync(kept)) renameSync(join(making, "database"), kept);
  } finally {
    rmSync(making, { recursive: true });
  }
}

/** A migrated database in memory. */
export async function openFresh(world: World): Promise<{ readonly engine: Engine; readonly pglite: PGlite }> {
  const engine = await openEmbedded(null);
  try {
    await migrate(world, engine);
    if (engine.handle.kind !== "embedded") throw new TypeError("the embedded engine has an embedded handle");
    return { engine, pglite: engine.handle.pglite };
  } catch (error) {
    await engine.close();
    throw error;
  }
}

/** Another schema or another version of the engine has another name. */
async function nameOfFresh(): Promise<string> {
  const { schema, migrations } = await readRelease();
  const engine = new URL("../package.json", import.meta.resolve("@electric-sql/pglite"));
  const { version } = JSON.parse(await readFile(engine, "utf8")) as { version: string };
  return sha256Hex([version, schema, ...migrations.map(({ hash }) => hash)].join()).slice(0, 16);
}

/** Closed before its files are read: they are whole then, and the next start has nothing to recover. */
async function writeFresh(world: World, folder: string): Promise<void> {
  const { engine, pglite } = await openFresh(world);
  const files = pglite.Module.FS;
  await engine.close();
  writeOut(files, engineFolder, folder);
}

type EngineFiles = PGlite["Module"]["FS"];

function writeOut(files: EngineFiles, from: string, to: string): void {
  mkdirSync(to, { mode: 0o700 });
  for (const name of (files.readdir(from) as string[]).filter((name) => name !== "." && name !== "..")) {
    const [source, target] = [`${from}/${name}`, join(to, name)];
    if (files.isDir(files.stat(source).mode)) writeOut(files, source, target);
    else writeFileSync(target, files.readFile(source), { mode: 0o600 });
  }
}

async function fillWhole(folder: string, fill: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await fill(unfinished);
  await syncAll(unfinished);
  renameSync(unfinished, folder);
  syncFolder(dirname(folder));
}

async function syncAll(folder: string): Promise<void> {
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((path) => join(folder, path));
  paths.push(folder);
  const syncSome = async () => {
    for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
      const file = await open(path, "r");
      await file.sync();
      await file.close();
    }
  };
  await Promise.all(Array.from({ length: syncsAtOnce }, syncSome));
}
