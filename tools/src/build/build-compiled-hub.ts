/** What Node makes of the hub's modules, in `dist/compiled-hub`: a start reads it instead. Made by a process of its own, as a start would. */
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

export async function buildCompiledHub(): Promise<void> {
  await promisify(execFile)(process.execPath, [fileURLToPath(new URL("../compiled-hub/main.ts", import.meta.url))]);
}
