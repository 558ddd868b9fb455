/** Workbooks (XLSX and XLS), as M-Pesa's portal exports statements. They are foreign files, read by foreign libraries: so in a worker. */
import type { Clock } from "@karibu/protocol/world";
import { runInWorker, type WorkerLimits } from "../../ground/workers/run-in-worker.ts";

export interface WorkbookLimits extends WorkerLimits {
  readonly unpackedBytesMax: number;
  readonly rowsMax: number;
}

/** What the worker gets. */
export interface WorkbookJob extends Pick<WorkbookLimits, "unpackedBytesMax" | "rowsMax"> {
  readonly kind: "xlsx" | "xls";
  readonly bytes: Uint8Array;
  /** A cell that begins with this, in lower case, marks the sheet that is read. */
  readonly sheetMark: string;
}

export type ReadWorkbook = { readonly rows: readonly (readonly string[])[] } | { readonly complaint: string };

export const workbookLimits: WorkbookLimits = {
  unpackedBytesMax: 100 * 1024 * 1024,
  rowsMax: 60_000,
  timeMs: 30_000,
  memoryMb: 768,
};

/** By its first bytes: XLSX is a zip, XLS a compound file. Null: it is no workbook. */
export function workbookKind(file: Uint8Array): WorkbookJob["kind"] | null {
  const start = Buffer.from(file.subarray(0, 4)).toString("hex");
  if (start === "504b0304") return "xlsx";
  return start === "d0cf11e0" ? "xls" : null;
}

/** @param file its kind must be known; see `workbookKind`. The answer's complaint is for people */
export async function readWorkbook(
  clock: Clock,
  kind: WorkbookJob["kind"],
  file: Uint8Array,
  sheetMark: string,
  limits: WorkbookLimits = workbookLimits,
): Promise<ReadWorkbook> {
  const { unpackedBytesMax, rowsMax } = limits;
  const job: WorkbookJob = { kind, bytes: file, sheetMark, unpackedBytesMax, rowsMax };
  const outcome = await runInWorker<string[][]>(clock, new URL("./workbook-worker.ts", import.meta.url), job, limits);
  if (outcome.kind === "made") return { rows: outcome.made };
  if (outcome.kind === "late") return { complaint: "the workbook takes too long to read" };
  return {
    complaint: outcome.why === "" ? "the workbook can't be read" : `the workbook can't be read: ${outcome.why}`,
  };
}
