/** A CSV file is foreign text: it is read in a worker. */
import type { Clock } from "@karibu/protocol/world";
import { Problem } from "../../ground/http/problem.ts";
import { runInWorker, type WorkerLimits } from "../../ground/workers/run-in-worker.ts";
import type { ReadCsv } from "./site-csv.ts";

const csvLimits: WorkerLimits = { timeMs: 10_000, memoryMb: 128 };

/** Throws Problem 400 "file-too-heavy". */
export async function readCsvInWorker(clock: Clock, csv: string, limits = csvLimits): Promise<ReadCsv> {
  const outcome = await runInWorker<ReadCsv>(clock, new URL("./csv-worker.ts", import.meta.url), { csv }, limits);
  if (outcome.kind === "made") return outcome.made;
  throw new Problem(400, "file-too-heavy", "csv: Reading this file takes too much time or memory.", { field: "csv" });
}
