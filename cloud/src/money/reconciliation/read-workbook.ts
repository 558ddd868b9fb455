/**
 * Workbooks (XLSX and XLS), as M-Pesa's portal exports statements. They are foreign files, read by foreign libraries: so in a
 * worker, with limits of size, memory and time. When it passes one of them the worker ends, and nothing else does.
 */
import { Worker } from "node:worker_threads";
import type { Clock } from "@karibu/protocol/world";

export interface WorkbookLimits {
  readonly unpackedBytesMax: number;
  readonly rowsMax: number;
  readonly timeMs: number;
  readonly memoryMb: number;
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
export function readWorkbook(
  clock: Clock,
  kind: WorkbookJob["kind"],
  file: Uint8Array,
  sheetMark: string,
  limits: WorkbookLimits = workbookLimits,
): Promise<ReadWorkbook> {
  const { unpackedBytesMax, rowsMax, timeMs, memoryMb } = limits;
  const job: WorkbookJob = { kind, bytes: file, sheetMark, unpackedBytesMax, rowsMax };
  const worker = new Worker(new URL("./workbook-worker.ts", import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: memoryMb },
    stdout: true, // what a library prints is nobody's log
    stderr: true,
  });
  return new Promise<ReadWorkbook>((resolve) => {
    const timer = clock.after(timeMs, () => resolve({ complaint: "the workbook takes too long to read" }));
    const end = (result: ReadWorkbook) => {
      timer.cancel();
      resolve(result);
    };
    worker.once("message", (rows: string[][]) => end({ rows }));
    worker.once("error", (error: Error) => end({ complaint: `the workbook can't be read: ${error.message}` }));
    worker.once("exit", () => end({ complaint: "the workbook can't be read" }));
  }).finally(() => void worker.terminate());
}
