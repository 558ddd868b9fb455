/** Reads a workbook in a thread of its own: see `read-workbook.ts`, which ends the thread when it takes too long or too much memory. */
import { parentPort, workerData } from "node:worker_threads";
import { read, utils } from "@e965/xlsx";
import readXlsxFile from "read-excel-file/node";
import type { WorkbookJob } from "./read-workbook.ts";
import { unpackedZip } from "./unpack-zip.ts";

type Cells = readonly (readonly unknown[])[];

/** Of the sheets, the one that the caller looks for; else the first. */
function chosen(sheets: readonly Cells[], mark: string): Cells {
  const has = (rows: Cells) =>
    rows.some((row) => row.some((cell) => String(cell).trim().toLowerCase().startsWith(mark)));
  return sheets.find(has) ?? sheets[0] ?? [];
}

/** Dates of a workbook have no time zone: they are what stands in the cell. */
function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  return cell instanceof Date ? cell.toISOString().slice(0, 19).replace("T", " ") : String(cell);
}

async function sheetsOf({ kind, bytes, unpackedBytesMax, rowsMax }: WorkbookJob): Promise<readonly Cells[]> {
  const file = Buffer.from(bytes);
  if (kind === "xlsx") {
    const unpacked = unpackedZip(file, unpackedBytesMax);
    return (await readXlsxFile(unpacked)).map(({ data }) => data as Cells);
  }
  const book = read(file, { type: "buffer", cellFormula: false, cellHTML: false, cellText: false, sheetRows: rowsMax });
  return Object.values(book.Sheets).map((sheet) => utils.sheet_to_json<unknown[]>(sheet, { header: 1, raw: true }));
}

const job = workerData as WorkbookJob;
const rows = chosen(await sheetsOf(job), job.sheetMark);
parentPort?.postMessage(Array.from(rows.slice(0, job.rowsMax), (row) => Array.from(row ?? [], textOf)));
