/**
 * A slow stick: preloaded (`--import`) into an agent, it makes each sync of a file or folder take as many milliseconds as the file of
 * `KARIBU_TEST_SYNC_MS_FILE` says at that moment. As at a real disk, the sync holds a thread of libuv's pool so long, and the event loop goes on.
 */
import { execFileSync } from "node:child_process";
import { openSync, read, readFileSync, rmSync, writeSync } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const said = process.env.KARIBU_TEST_SYNC_MS_FILE ?? "";
const threads = Number(process.env.UV_THREADPOOL_SIZE ?? 4);

/** Who reads of an empty FIFO holds a thread until somebody writes a byte. */
const fifo = openFifo();
/** When each thread is free again. */
const freeAtMs = Array.from({ length: threads }, () => 0);

function openFifo(): number {
  const path = join(tmpdir(), `karibu-slow-syncs-${process.pid}`);
  execFileSync("mkfifo", [path]);
  const opened = openSync(path, "r+");
  rmSync(path);
  return opened;
}

function holdThread(): Promise<void> {
  const ms = Number(readFileSync(said, "utf8"));
  if (ms === 0) return Promise.resolve();
  const nowMs = performance.now();
  const thread = freeAtMs.indexOf(Math.min(...freeAtMs));
  const untilMs = Math.max(nowMs, freeAtMs[thread] as number) + ms;
  freeAtMs[thread] = untilMs;
  setTimeout(() => writeSync(fifo, "."), untilMs - nowMs).unref();
  return new Promise((resolve) => read(fifo, Buffer.alloc(1), 0, 1, null, () => resolve()));
}

const some = await open(said);
const handles = Object.getPrototypeOf(some) as Pick<FileHandle, "datasync" | "sync">;
for (const name of ["datasync", "sync"] as const) {
  const now = handles[name];
  handles[name] = async function (this: FileHandle) {
    await now.call(this);
    await holdThread();
  };
}
await some.close();
