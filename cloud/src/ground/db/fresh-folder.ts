/**
 * The embedded engine's folder for a first start. To make the system tables and those of all rooms is seconds of work, and slower on a disk than in
 * memory: so a fresh database is made in memory, closed, and its files are written out. `npm run build` and `npm start` keep such files
 * (`keepFresh`); a first start beside them only copies them.
 *
 * A folder is filled under another name, synced, and renamed last. A crash leaves nothing that the next start could take for a database.
 */
import {
  accessSync,
  constants,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { Worker } from "node:worker_threads";
import type { PGlite } from "@electric-sql/pglite";
import { sha256Hex } from "@karibu/protocol/hash";
import type { World } from "@karibu/protocol/world";
import { openEmbedded, syncFolder } from "./embedded.ts";
import type { Engine, EngineHandle } from "./engine.ts";
import { migrate, readRelease } from "./migrate.ts";
import { syncFiles } from "./sync-files.ts";

/** Where the engine keeps its files in its own file system. */
const engineFolder = "/pglite/data";

/** Fills `folder`, which does not exist, with a fresh database. `keptIn`: where `keepFresh` may have left one. */
export async function makeFresh(world: World, folder: string, keptIn: string | null): Promise<void> {
  const kept = keptIn === null ? null : join(keptIn, await nameOfFresh());
  await fillWhole(folder, async (unfinished) => {
    if (kept !== null && isReadable(kept)) await copyAndSync(kept, unfinished);
    else await writeFresh(world, unfinished);
  });
}

/** False also where another user has built it, who alone may read it: a hub that runs as its own user makes its own files. */
function isReadable(folder: string): boolean {
  try {
    accessSync(folder, constants.R_OK | constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Keeps the files of a fresh database in a folder of `keptIn` that is named for what made them; removes those of other releases.
 * @param furnish adds what the hub's first start would add
 */
export async function keepFresh(
  world: World,
  keptIn: string,
  furnish?: (engine: Engine) => Promise<void>,
): Promise<void> {
  const name = await nameOfFresh();
  const kept = join(keptIn, name);
  mkdirSync(keptIn, { recursive: true });
  for (const other of readdirSync(keptIn))
    if (!other.startsWith(name)) rmSync(join(keptIn, other), { recursive: true });
  if (existsSync(kept)) return;
  // Several builds may run at once: each fills a folder of its own, and the first one's is kept.
  const making = mkdtempSync(`${kept}.`);
  try {
    await fillWhole(join(making, "database"), (unfinished) => writeFresh(world, unfinished, furnish));
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

/** Another schema, or another version of the engine or of the queue, has another name. */
export async function nameOfFresh(): Promise<string> {
  const { schema, migrations } = await readRelease();
  const versions = ["@electric-sql/pglite", "pg-boss"].map(versionOf);
  return sha256Hex([...versions, schema, ...migrations.map(({ hash }) => hash)].join()).slice(0, 16);
}

function versionOf(dependency: string): string {
  const file = new URL("../package.json", import.meta.resolve(dependency));
  return (JSON.parse(readFileSync(file, "utf8")) as { readonly version: string }).version;
}

async function copyAndSync(from: string, to: string): Promise<void> {
  const worker = new Worker(new URL("./copy-folder-worker.ts", import.meta.url), { workerData: { from, to } });
  await new Promise<void>((resolve, reject) => {
    worker.once("error", reject);
    worker.once("exit", (code) => (code === 0 ? resolve() : reject(new Error(`copying ${from} was cut off`))));
  });
}

/** Closed before its files are read: they are whole then, and the next start has nothing to recover. */
async function writeFresh(world: World, folder: string, furnish?: (engine: Engine) => Promise<void>): Promise<void> {
  const { engine, pglite } = await openFresh(world);
  await furnish?.(engine);
  const files = pglite.Module.FS;
  await engine.close();
  writeOut(files, engineFolder, folder);
  await syncFiles(folder);
}

/** Fills `folder`, which does not exist, with a database that has no table. */
export async function makeEmpty(folder: string): Promise<void> {
  await writeOutMemory(await openEmbedded(null), folder);
}

/** Closes a database in memory, and fills `folder`, which does not exist, with its files. */
export async function writeOutMemory(
  { handle, close }: { readonly handle: EngineHandle; readonly close: () => Promise<void> },
  folder: string,
): Promise<void> {
  if (handle.kind !== "embedded") throw new TypeError("the database is none in memory");
  const files = handle.pglite.Module.FS;
  await close();
  await fillWhole(folder, async (unfinished) => {
    writeOut(files, engineFolder, unfinished);
    await syncFiles(unfinished);
  });
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

/** `fill` leaves nothing unsynced. */
async function fillWhole(folder: string, fill: (unfinished: string) => Promise<void>): Promise<void> {
  const unfinished = `${folder}.unfinished`;
  rmSync(unfinished, { recursive: true, force: true });
  await fill(unfinished);
  renameSync(unfinished, folder);
  syncFolder(dirname(folder));
}
