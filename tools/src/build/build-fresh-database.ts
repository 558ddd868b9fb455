/**
 * The files of a fresh embedded database, in `dist/fresh-database`: a hub's first start copies them. Made by a process of its own, because the
 * engine works for seconds without a pause.
 */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export async function buildFreshDatabase(): Promise<void> {
  await promisify(execFile)(process.execPath, [fileURLToPath(new URL("../fresh-database/main.ts", import.meta.url))]);
}
