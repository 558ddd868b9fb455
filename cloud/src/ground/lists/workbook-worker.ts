/** The thread of `make-workbook.ts`. */
import { parentPort, workerData } from "node:worker_threads";
import writeWorkbook, { type SheetData } from "write-excel-file/node";
import type { Workbook } from "./make-workbook.ts";

const { heads, rows, dateFormat, widths } = workerData as Workbook;
const sheet: SheetData = [
  heads.map((value) => ({ value, fontWeight: "bold" })),
  ...rows.map((row) => row.map((value) => (value === null ? null : { value }))),
];
const columns = widths.map((width) => ({ width }));
parentPort?.postMessage(await writeWorkbook(sheet, { stickyRowsCount: 1, dateFormat, columns }).toBuffer());
