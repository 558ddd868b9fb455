/**
 * Workbooks (XLSX and XLS), as M-Pesa's portal exports statements. They are foreign files, read by foreign libraries: what would make those libraries
 * reserve or walk without end is refused before they see it. Runs in a process of its own (`statement-task.ts`), which is the wall for what this misses.
 */
import { Unreadable } from "../../ground/foreign-files/file-reader.ts";
import { checkBiff } from "./check-biff.ts";
import { checkSheets } from "./check-sheets.ts";
import { unpackedZip } from "./unpack-zip.ts";
import { type WorkbookLimits, workbookLimits } from "./workbook-limits.ts";

type Cells = readonly (readonly unknown[])[];

/** By its first bytes: XLSX is a zip, XLS a compound file. Null: it is no workbook. */
export function workbookKind(file: Uint8Array): "xlsx" | "xls" | null {
  const start = Buffer.from(file.subarray(0, 4)).toString("hex");
  if (start === "504b0304") return "xlsx";
  return start === "d0cf11e0" ? "xls" : null;
}

/**
 * Throws Unreadable, which says what is wrong; or whatever a library throws.
 * @param sheetMark a cell that begins with this, in lower case, marks the sheet that is read
 */
export async function readWorkbook(
  kind: "xlsx" | "xls",
  file: Buffer,
  sheetMark: string,
  limits: WorkbookLimits = workbookLimits,
): Promise<readonly (readonly string[])[]> {
  const sheets = kind === "xlsx" ? await sheetsOfXlsx(file, limits) : await sheetsOfXls(file, limits);
  const rows = chosen(sheets, sheetMark);
  return Array.from(rows.slice(0, limits.rowsMax), (row) => Array.from(row ?? [], textOf));
}

async function sheetsOfXlsx(file: Buffer, limits: WorkbookLimits): Promise<readonly Cells[]> {
  const unpacked = unpackedZip(file, limits.unpackedBytesMax);
  checkSheets(unpacked.parts, limits);
  const { default: readXlsxFile } = await import("read-excel-file/node");
  return (await readXlsxFile(unpacked.file)).map(({ data }) => data as Cells);
}

async function sheetsOfXls(file: Buffer, limits: WorkbookLimits): Promise<readonly Cells[]> {
  const { CFB, read, utils } = await import("@e965/xlsx");
  const container = CFB.read(file, { type: "buffer" });
  const book = CFB.find(container, "Workbook") ?? CFB.find(container, "Book");
  if (book === null) throw new Unreadable("this is no workbook of Excel");
  checkBiff(Buffer.from(book.content as Uint8Array), limits);
  const { rowsMax: sheetRows } = limits;
  const { Sheets } = read(file, { type: "buffer", cellFormula: false, cellHTML: false, cellText: false, sheetRows });
  return Object.values(Sheets).map((sheet) => utils.sheet_to_json<unknown[]>(sheet, { header: 1, raw: true }));
}

/** Of the sheets, the one that the caller looks for; else the first. Throws Unreadable where there are two: one would be left out without a word. */
function chosen(sheets: readonly Cells[], mark: string): Cells {
  const has = (rows: Cells) =>
    rows.some((row) => row.some((cell) => String(cell).trim().toLowerCase().startsWith(mark)));
  const found = sheets.filter(has);
  if (found.length > 1) throw new Unreadable(`${found.length} sheets have payments: send each as a file of its own`);
  return found[0] ?? sheets[0] ?? [];
}

/** Dates of a workbook have no time zone: they are what stands in the cell. */
function textOf(cell: unknown): string {
  if (cell === null || cell === undefined) return "";
  return cell instanceof Date ? cell.toISOString().slice(0, 19).replace("T", " ") : String(cell);
}
