/**
 * The days that lie behind the demo: where their image is kept, whether it fits this code, and how a first start takes it over. `npm run history`
 * makes it (`tools/src/history`).
 *
 * Shape   data/history/<name>: what a demo's data folder holds, without a master key, and `made.json`; data/history/<name>.key: the key under
 *         which its secrets are sealed. The name is made of what has to fit, whatever else is committed.
 */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { nameOfFresh } from "@karibu/cloud/ground/db/fresh-folder";
import { openDatabase } from "@karibu/cloud/ground/db/open-database";
import { createEnvelope } from "@karibu/cloud/ground/secrets/envelope";
import { loadMasterKeyFile } from "@karibu/cloud/ground/secrets/master-key-file";
import { rewrapAll } from "@karibu/cloud/ground/secrets/rewrap";
import { realClock, realRandom } from "@karibu/cloud/real-world";
import { sha256Hex } from "@karibu/protocol/hash";
import { repositoryRoot } from "../build/repository.ts";
import { type Copied, copyFolder } from "./copy-folder.ts";
import type { Ports } from "./options.ts";
import { hubNames } from "./services.ts";

/** Beside the demos' own data. */
export const historiesIn = join(repositoryRoot, "data/history");

/**
 * What a start on the days needs to find as it was left, beside the database's schema: the story, the forms of the agents' folders and of the
 * simulators' books, and the scripts that set the routers up. Other code may change: a hub and an agent go on with what an older one left.
 */
const folders = ["tools/src/history", "lab/src/town", "agent/src/journal", "agent/src/store", "routeros-scripts/src"];
const alone = [
  "tools/src/start/sample.ts",
  "lab/src/board/open-board.ts",
  "lab/src/daraja/daraja-types.ts",
  "lab/src/daraja/sample-app.ts",
];

/** Of a history that is still being made: the number of the process that makes it follows. */
const unfinished = ".unfinished-";

export interface Made {
  readonly days: number;
  /** When the last of them ended. */
  readonly untilMs: number;
}

export interface History extends Made {
  readonly folder: string;
}

/** Null: none was made on this machine. `other-code`: what was made is of another schema, or of other days. */
export async function findHistory(keptIn = historiesIn): Promise<History | "other-code" | null> {
  const folder = join(keptIn, await nameOfHistory());
  if (existsSync(join(folder, "made.json"))) return { folder, ...readMade(folder) };
  const isHistory = (name: string) => !name.includes(unfinished) && existsSync(join(keptIn, name, "made.json"));
  return namesIn(keptIn).some(isHistory) ? "other-code" : null;
}

/** Where this process makes a history that is to be kept at `out`. */
export const unfinishedAt = (out: string): string => `${out}${unfinished}${process.pid}`;

/** Whether a process of this machine makes one now. */
export const isBeingMade = (keptIn = historiesIn): boolean => namesIn(keptIn).some(hasMaker);

/** Of makers that were killed. */
export const removeAbandoned = (keptIn: string): void => removeFrom(keptIn, (name) => name.includes(unfinished));

/** What other code made is of no use any more. */
export const removeFormer = (keptIn: string): void => removeFrom(keptIn, () => true);

/** Nothing that is still being made. */
function removeFrom(keptIn: string, which: (name: string) => boolean): void {
  for (const name of namesIn(keptIn).filter((name) => which(name) && !hasMaker(name)))
    rmSync(join(keptIn, name), { recursive: true, force: true });
}

const namesIn = (folder: string): string[] => (existsSync(folder) ? readdirSync(folder) : []);

function hasMaker(name: string): boolean {
  const [, maker] = name.split(unfinished);
  if (maker === undefined) return false;
  try {
    return process.kill(Number(maker), 0);
  } catch (error) {
    // It is there, and somebody else's.
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

export const readMade = (folder: string): Made => JSON.parse(readFileSync(join(folder, "made.json"), "utf8")) as Made;

/** `root`: of the repository. */
export async function nameOfHistory(root = repositoryRoot): Promise<string> {
  const files = [...folders.flatMap((folder) => sourcesIn(root, folder)), ...alone];
  const texts = files.map((file) => readFileSync(join(root, file), "utf8"));
  return sha256Hex([await nameOfFresh(), JSON.stringify(hubNames), ...texts].join("\n")).slice(0, 16);
}

function sourcesIn(root: string, folder: string): string[] {
  const names = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" });
  const isSource = (name: string) => /\.(ts|sql)$/.test(name) && !/(^|\/)test-[^/]*$|\.test\.ts$/.test(name);
  return names
    .filter(isSource)
    .sort()
    .map((name) => join(folder, name));
}

/** Beside the image, never in it. */
export const keyOfHistory = (folder: string): string => `${folder}.key`;

/** `data`: of a demo that has no database yet. Its secrets are sealed anew, under a master key of its own. */
export async function copyHistory(folder: string, data: string, ports: Ports): Promise<void> {
  await copyBesideHub(folder, data, ports);
  await copyHub(folder, data);
}

/** What the simulators, the routers and the agents begin with. It is small. */
export async function copyBesideHub(folder: string, data: string, ports: Ports): Promise<void> {
  mkdirSync(data, { recursive: true });
  for (const name of ["boards", "agents", "agent", "hub"]) rmSync(join(data, name), { recursive: true, force: true });
  for (const name of ["daraja.json", "sample.json"]) cpSync(join(folder, name), join(data, name));
  for (const name of ["boards", "agents"]) await copyFolder(join(folder, name), join(data, name));
  renameSync(join(data, "boards/market.json"), join(data, "router.json"));
  renameSync(join(data, "agents/market"), join(data, "agent"));
  const books = join(data, "daraja.json");
  const moved = readFileSync(books, "utf8").replaceAll(hubNames.publicUrl, `http://localhost:${ports.hub}`);
  writeFileSync(books, moved, { mode: 0o600 });
}

/** The database, some hundred MB of it, and what lies with it. `tell`: how much of it is copied. */
export async function copyHub(folder: string, data: string, tell?: (copied: Copied) => void): Promise<void> {
  const filling = join(data, "hub.unfinished");
  await rm(filling, { recursive: true, force: true });
  await copyFolder(join(folder, "hub"), filling, tell);
  await sealAnew(filling, Buffer.from(readFileSync(keyOfHistory(folder), "utf8"), "base64"));
  // Last: with it the demo has been started once.
  renameSync(filling, join(data, "hub"));
}

async function sealAnew(hubFolder: string, former: Uint8Array): Promise<void> {
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const world = { clock: realClock(), random: realRandom(), log };
  const database = await openDatabase(world, { databaseUrl: null, dataDir: hubFolder });
  try {
    const own = loadMasterKeyFile(world.random, hubFolder);
    await rewrapAll(database, createEnvelope(world.random, [own, former]));
  } finally {
    await database.close();
  }
}
