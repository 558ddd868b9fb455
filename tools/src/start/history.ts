/** The days that lie behind the demo: where their image is kept, how it is made, and how a first start takes it over. */
import { spawn } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nameOfFresh } from "@karibu/cloud/ground/db/fresh-folder";
import { repositoryRoot } from "../build/repository.ts";
import type { Ports } from "./options.ts";
import { hubNames } from "./services.ts";

/** Beside the demos' own data, named for the schema: another release makes its own. */
const keptIn = join(repositoryRoot, "data/history");
const days = 30;

const folderOf = async (): Promise<string> => join(keptIn, await nameOfFresh());

/** Null: none was made on this machine for this release. */
export async function findHistory(): Promise<string | null> {
  const folder = await folderOf();
  return existsSync(folder) ? folder : null;
}

/** In a process of its own, behind everything else. @returns how many days */
export async function makeHistory(): Promise<number> {
  const folder = await folderOf();
  mkdirSync(keptIn, { recursive: true });
  for (const other of readdirSync(keptIn)) rmSync(join(keptIn, other), { recursive: true });
  const script = join(repositoryRoot, "tools/src/history/main.ts");
  const child = spawn("nice", ["-n", "15", process.execPath, script, "--out", folder, "--days", String(days)], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  process.once("exit", () => child.kill());
  let said = "";
  child.stderr.on("data", (piece: Buffer) => {
    said = `${said}${piece}`.slice(-500);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  if (code !== 0) throw new Error(said.trim().split("\n").at(-1) ?? `it ended with code ${code}`);
  return days;
}

/** `data`: of a demo that has none yet. */
export function copyHistory(history: string, data: string, ports: Ports): void {
  mkdirSync(data, { recursive: true });
  for (const name of ["daraja.json", "sample.json", "boards", "agents", "hub/images", "hub/master.key"])
    cpSync(join(history, name), join(data, name), { recursive: true });
  renameSync(join(data, "boards/market.json"), join(data, "router.json"));
  renameSync(join(data, "agents/market"), join(data, "agent"));
  const books = join(data, "daraja.json");
  const moved = readFileSync(books, "utf8").replaceAll(hubNames.publicUrl, `http://localhost:${ports.hub}`);
  writeFileSync(books, moved, { mode: 0o600 });
  // Last: with it the demo has been started once.
  cpSync(join(history, "hub/database"), join(data, "hub/database.copied"), { recursive: true });
  renameSync(join(data, "hub/database.copied"), join(data, "hub/database"));
}
