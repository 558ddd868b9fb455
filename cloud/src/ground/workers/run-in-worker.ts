/**
 * Foreign bytes are read by a thread of their own, with limits of memory and time: a file that passes one of them ends its thread, and
 * nothing else. What a library prints there is nobody's log.
 */
import { Worker } from "node:worker_threads";
import type { Clock } from "@karibu/protocol/world";

export interface WorkerLimits {
  readonly timeMs: number;
  readonly memoryMb: number;
}

/** `late`: it took longer than `timeMs`. `ended`: it threw, was out of memory, or ended without a word. */
export type WorkerOutcome<Made> =
  | { readonly kind: "made"; readonly made: Made }
  | { readonly kind: "late" }
  | { readonly kind: "ended"; readonly why: string };

/** @param code the worker's file, which posts one message. @param job its `workerData`. Never throws. */
export function runInWorker<Made>(
  clock: Clock,
  code: URL,
  job: unknown,
  { timeMs, memoryMb }: WorkerLimits,
): Promise<WorkerOutcome<Made>> {
  const worker = new Worker(code, {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    stdout: true,
    stderr: true,
  });
  return new Promise<WorkerOutcome<Made>>((resolve) => {
    const timer = clock.after(timeMs, () => resolve({ kind: "late" }));
    const end = (outcome: WorkerOutcome<Made>) => {
      timer.cancel();
      resolve(outcome);
    };
    worker.once("message", (made: Made) => end({ kind: "made", made }));
    worker.once("error", (error: Error) => end({ kind: "ended", why: error.message }));
    worker.once("exit", () => end({ kind: "ended", why: "" }));
  }).finally(() => void worker.terminate());
}
