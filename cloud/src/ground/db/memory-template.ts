/**
 * A fresh, migrated database in memory, for tests and the simulation. Making one from nothing takes four seconds of a
 * processor, most of them for the cluster that the engine initialises: so one is made, and the others are its copies.
 */
import { randomBytes } from "node:crypto";
import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { World } from "@karibu/protocol/world";
import { openEmbedded } from "./embedded.ts";
import { migrate } from "./migrate.ts";
import { type OpenDatabase, openDatabase } from "./open-database.ts";

/** One per process; where a test run names a folder for it, one for all its processes. */
let template: Promise<Blob> | null = null;

export async function openInMemory(world: World): Promise<OpenDatabase> {
  template ??= readOrMake(world, process.env.KARIBU_TEST_SHARED_FOLDER ?? null);
  return openDatabase(world, { databaseUrl: null, dataDir: null, copyOf: await template });
}

async function readOrMake(world: World, folder: string | null): Promise<Blob> {
  if (folder === null) return make(world);
  const file = join(folder, "database.tar");
  const made = await readFile(file).catch((error: { code?: string }) => {
    if (error.code === "ENOENT") return null;
    throw error;
  });
  if (made !== null) return new Blob([made]);
  const image = await make(world);
  // Whole or not at all: another process may be looking.
  const unfinished = `${file}.${randomBytes(6).toString("hex")}`;
  await writeFile(unfinished, image.stream());
  await rename(unfinished, file);
  return image;
}

/** Told to nobody: whose database it is a copy of must not show in a world's log. */
async function make(world: World): Promise<Blob> {
  const say = () => {};
  const engine = await openEmbedded(null);
  try {
    await migrate({ ...world, log: { debug: say, info: say, warn: say, error: say } }, engine);
    if (engine.handle.kind !== "embedded") throw new TypeError("the embedded engine has an embedded handle");
    return await engine.handle.pglite.dumpDataDir("none");
  } finally {
    await engine.close();
  }
}
