/**
 * Copies a folder of many small files, and syncs them, in a thread of its own: the hub loads meanwhile. All are copied before the first is synced:
 * the disk then writes many of them together.
 */
import { cpSync } from "node:fs";
import { workerData } from "node:worker_threads";
import { syncFiles } from "./sync-files.ts";

const { from, to } = workerData as { readonly from: string; readonly to: string };
cpSync(from, to, { recursive: true });
await syncFiles(to);
