/** Where customers are read from: a file, in a worker, one at a time; or a site's router, as the takeover of codes reads it. */
import type { Clock } from "@karibu/protocol/world";
import type { ReadingOf } from "../../catalogue/takeover/foreign-book.ts";
import { type RouterReader, readSource } from "../../catalogue/takeover/read-source.ts";
import type { Tx } from "../../ground/db/database.ts";
import { Problem } from "../../ground/http/problem.ts";
import { createReadingTurns } from "../../ground/workers/reading-turns.ts";
import { runInWorker, type WorkerLimits } from "../../ground/workers/run-in-worker.ts";
import { rememberedChoices } from "./column-choices.ts";
import type { CustomerFile, ReadingOfCsv } from "./customer-file.ts";
import { linesOfBook } from "./from-book.ts";

/** What the worker gets. */
export interface CustomersJob {
  readonly text: string;
  readonly of: ReadingOf;
  readonly csv: Omit<ReadingOfCsv, "offsetMinutes">;
}

const limits: WorkerLimits = { timeMs: 30_000, memoryMb: 512 };
/** Files that are read, or wait for it, at once: many workers would fill the machine's memory. */
const readingsMax = 4;

export type ReadCustomers = (
  transact: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  from: {
    readonly providerId: string;
    file?: string | undefined;
    fromSiteId?: string | undefined;
    utcOffsetMinutes: number;
    /** Of a CSV file. */
    chosen: ReadingOfCsv["chosen"];
  },
) => Promise<CustomerFile>;

/** Throws Problems 400 "not-a-customer-file" and "file-too-heavy", 429, and those of `readSource`. */
export function createReadCustomers(parts: Omit<RouterReader, "inTurn">): ReadCustomers {
  const inTurn = createReadingTurns(readingsMax);
  return async (transact, from) => {
    const nowMs = parts.world.clock.wall().atMs;
    if (from.file === undefined || from.fromSiteId !== undefined)
      return linesOfBook((await readSource({ ...parts, inTurn }, transact, from, nowMs)).book);
    const known = await transact(async (tx) => ({
      currency: await currencyOf(tx, from.providerId),
      remembered: await rememberedChoices(tx),
    }));
    const of = { offsetMinutes: from.utcOffsetMinutes, nowMs };
    const job: CustomersJob = { text: from.file, of, csv: { ...known, chosen: from.chosen } };
    return inTurn(from.providerId, () => readFile(parts.world.clock, job));
  };
}

async function currencyOf(tx: Tx, providerId: string): Promise<string> {
  const row = await tx
    .selectFrom("providers")
    .select("currency")
    .where("provider_id", "=", providerId)
    .executeTakeFirstOrThrow();
  return row.currency;
}

export async function readFile(clock: Clock, job: CustomersJob, bounds = limits): Promise<CustomerFile> {
  const code = new URL("./customers-worker.ts", import.meta.url);
  const outcome = await runInWorker<CustomerFile | null>(clock, code, job, bounds);
  if (outcome.kind !== "made")
    throw new Problem(400, "file-too-heavy", "file: Reading this file takes too much time or memory.", {
      field: "file",
    });
  if (outcome.made !== null) return outcome.made;
  const detail = "file: It has no columns and lines, and it is no export of a router and no dump of PHPNuxBill.";
  throw new Problem(400, "not-a-customer-file", detail, { field: "file" });
}
