/** Proves a sealed back-up in a thread of its own: the embedded engine computes for minutes, and the hub goes on serving meanwhile. */
import { createReadStream } from "node:fs";
import { Readable } from "node:stream";
import { parentPort, workerData } from "node:worker_threads";
import { Fault } from "@karibu/protocol/fault";
import type { ProofJob, ProofOutcome } from "./operations/back-ups/proof-thread.ts";
import { proveByRestoring } from "./operations/back-ups/prove-by-restoring.ts";
import { unsealed } from "./operations/back-ups/seal-backup.ts";
import { silentWorld } from "./real-world.ts";

const { file, fileKey, folder } = workerData as ProofJob;

async function prove(): Promise<ProofOutcome> {
  try {
    const open = () => Readable.from(unsealed(fileKey, createReadStream(file)));
    return { end: await proveByRestoring(silentWorld(), open, folder) };
  } catch (error) {
    const { code, message } = error as Fault;
    return { code: error instanceof Fault ? code : null, message };
  }
}

parentPort?.postMessage(await prove());
