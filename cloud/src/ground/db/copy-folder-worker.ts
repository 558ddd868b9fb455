/**
 * Copies a folder of many small files, and syncs them, in a thread of its own: the hub loads meanwhile. All are copied before the first is synced,
 * and several are synced at once: the disk then writes many of them together.
 */
import { closeSync, cpSync, fsync, openSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { workerData } from "node:worker_threads";

const { from, to } = workerData as { readonly from: string; readonly to: string };
const syncsAtOnce = 4;

cpSync(from, to, { recursive: true });
const paths = readdirSync(to, { recursive: true, encoding: "utf8" }).map((path) => join(to, path));
paths.push(to);
await Promise.all(Array.from({ length: syncsAtOnce }, syncSome));

/** A number of a file costs half of what an object for it does. */
async function syncSome(): Promise<void> {
  for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
    const descriptor = openSync(path, "r");
    await promisify(fsync)(descriptor);
    closeSync(descriptor);
  }
}
