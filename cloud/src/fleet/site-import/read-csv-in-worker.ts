/** A CSV file is foreign text: it is read in a worker with limits of memory and time. When it passes one of them the worker ends, and nothing else does. */
import { Worker } from "node:worker_threads";
import type { Clock } from "@karibu/protocol/world";
import { Problem } from "../../ground/http/problem.ts";
import type { ReadCsv } from "./site-csv.ts";

const limits = { timeMs: 10_000, memoryMb: 128 } as const;

/** Throws Problem 400 "file-too-heavy". */
export async function readCsvInWorker(
  clock: Clock,
  csv: string,
  { timeMs, memoryMb }: { readonly timeMs: number; readonly memoryMb: number } = limits,
): Promise<ReadCsv> {
  const worker = new Worker(new URL("./csv-worker.ts", import.meta.url), {
    workerData: { csv },
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
  });
  return await new Promise<ReadCsv>((resolve, reject) => {
    const heavy = () => {
      timer.cancel();
      reject(
        new Problem(400, "file-too-heavy", "csv: Reading this file takes too much time or memory.", { field: "csv" }),
      );
    };
    const timer = clock.after(timeMs, heavy);
    worker.once("message", (read: ReadCsv) => {
      timer.cancel();
      resolve(read);
    });
    worker.once("error", heavy);
    worker.once("exit", heavy);
  }).finally(() => void worker.terminate());
}
