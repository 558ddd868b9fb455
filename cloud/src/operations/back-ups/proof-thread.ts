/** Starts the thread that proves a sealed back-up (`cloud/src/proof-worker.ts`). */
import { Worker } from "node:worker_threads";
import { Fault } from "@karibu/protocol/fault";
import type { BackupEnd } from "./backup.ts";

export interface ProofJob {
  /** The sealed file, on this machine's disk. */
  readonly file: string;
  /** The file's own key: the thread gets no master key. */
  readonly fileKey: Uint8Array;
  /** For the throw-away database; it must not exist. */
  readonly folder: string;
}

export type ProofOutcome =
  | { readonly end: BackupEnd }
  /** `code`: of a Fault; null: of something unexpected. */
  | { readonly code: string | null; readonly message: string };

/** Throws what the proof throws, and ends the thread when `signal` says so. */
export async function proveInThread(job: ProofJob, signal: AbortSignal): Promise<BackupEnd> {
  const worker = new Worker(new URL("../../proof-worker.ts", import.meta.url), {
    workerData: job,
    stdout: true,
    stderr: true,
  });
  const stop = () => void worker.terminate();
  signal.addEventListener("abort", stop, { once: true });
  try {
    const outcome = await new Promise<ProofOutcome>((resolve) => {
      worker.once("message", resolve);
      worker.once("error", (error: Error) => resolve({ code: null, message: error.message }));
      worker.once("exit", () => resolve({ code: null, message: "the proof was ended" }));
    });
    if ("end" in outcome) return outcome.end;
    if (outcome.code === null) throw new Error(outcome.message);
    throw new Fault(outcome.code as `restore/${string}`, outcome.message, { retry: "never" });
  } finally {
    signal.removeEventListener("abort", stop);
    await worker.terminate();
  }
}
