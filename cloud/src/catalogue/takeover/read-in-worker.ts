/** Another system's file is foreign text, megabytes of it: it is read in a worker. */
import type { Clock } from "@karibu/protocol/world";
import { Problem } from "../../ground/http/problem.ts";
import { runInWorker, type WorkerLimits } from "../../ground/workers/run-in-worker.ts";
import type { ForeignBook, ReadingOf } from "./foreign-book.ts";

/** What the worker gets. */
export interface BookJob {
  readonly text: string;
  readonly of: ReadingOf;
}

const takeoverLimits: WorkerLimits = { timeMs: 30_000, memoryMb: 512 };

/** Throws Problems 400 "not-a-takeover-file" and "file-too-heavy", which name the field. */
export async function readInWorker(clock: Clock, job: BookJob, limits = takeoverLimits): Promise<ForeignBook> {
  const code = new URL("./takeover-worker.ts", import.meta.url);
  const outcome = await runInWorker<ForeignBook | null>(clock, code, job, limits);
  if (outcome.kind !== "made") {
    const detail = "file: Reading this file takes too much time or memory.";
    throw new Problem(400, "file-too-heavy", detail, { field: "file" });
  }
  if (outcome.made !== null) return outcome.made;
  const detail = "file: This is no export of a router, no rows of its menus, and no dump of PHPNuxBill.";
  throw new Problem(400, "not-a-takeover-file", detail, { field: "file" });
}
