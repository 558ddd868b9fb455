/**
 * Another system's file is foreign text, megabytes of it: it is read in a worker with limits of memory and time. When it passes one of
 * them the worker ends, and nothing else does.
 */
import { Worker } from "node:worker_threads";
import type { Clock } from "@karibu/protocol/world";
import { Problem } from "../../ground/http/problem.ts";
import type { ForeignBook, ReadingOf } from "./foreign-book.ts";

/** What the worker gets. */
export interface BookJob {
  readonly text: string;
  readonly of: ReadingOf;
}

export const takeoverLimits = { timeMs: 30_000, memoryMb: 512 } as const;

/** Throws Problems 400 "not-a-takeover-file" and "file-too-heavy", which name the field. */
export async function readInWorker(
  clock: Clock,
  job: BookJob,
  { timeMs, memoryMb }: { readonly timeMs: number; readonly memoryMb: number } = takeoverLimits,
): Promise<ForeignBook> {
  const worker = new Worker(new URL("./takeover-worker.ts", import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  const book = await new Promise<ForeignBook | null>((resolve, reject) => {
    const heavy = () =>
      new Problem(400, "file-too-heavy", "file: Reading this file takes too much time or memory.", { field: "file" });
    const timer = clock.after(timeMs, () => reject(heavy()));
    worker.once("message", (read: ForeignBook | null) => {
      timer.cancel();
      resolve(read);
    });
    for (const end of ["error", "exit"] as const)
      worker.once(end, () => {
        timer.cancel();
        reject(heavy());
      });
  }).finally(() => void worker.terminate());
  if (book !== null) return book;
  const detail = "file: This is no export of a router, no rows of its menus, and no dump of PHPNuxBill.";
  throw new Problem(400, "not-a-takeover-file", detail, { field: "file" });
}
