/**
 * Reads the records of a CSV file that people bring: with commas, semicolons or tabs, as its first line has most of. Runs in processes of their own, because
 * a file may be large and strange. Pure.
 */
import { parse } from "csv-parse/sync";

interface CsvRecord {
  /** Quoted lines count on the last one of a record; the first line is 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** `unreadable`: the line up to which it could be read. */
type CsvRecords =
  | { readonly kind: "read"; readonly head: readonly string[]; readonly body: readonly CsvRecord[] }
  | { readonly kind: "unreadable"; readonly line: number };

/** Ten long notes. Without it one open quotation mark makes a record of megabytes. */
const lineBytesMax = 256 * 1024;

/** @param recordsMax no more than these are read, the first line among them */
export function readCsv(text: string, recordsMax?: number): CsvRecords {
  const first = text.replace(/^\uFEFF/, "").split(/\r?\n/, 1)[0] ?? "";
  const delimiter = [";", "\t"].find((one) => first.split(one).length > first.split(",").length) ?? ",";
  try {
    const [head, ...body] = parse(text, {
      bom: true,
      delimiter,
      info: true,
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      max_record_size: lineBytesMax,
      ...(recordsMax === undefined ? {} : { to: recordsMax }),
    }) as unknown as { record: string[]; info: { lines: number } }[];
    const records = body.map(({ record, info }) => ({ line: info.lines, cells: record }));
    return { kind: "read", head: head?.record ?? [], body: records };
  } catch (error) {
    const { lines } = error as { lines?: number };
    return { kind: "unreadable", line: lines ?? 1 };
  }
}

/** Spreadsheets and our own files mark a text that would be a formula with an apostrophe: it is not part of it. */
export const plainText = (cell: string): string => (/^'[=+\-@\t\r]/.test(cell) ? cell.slice(1) : cell);

/** What a spreadsheet writes for a long number, or for a code such as `1234e5`: `2.54711E+11`. What it was, nobody can tell any more. */
export const hasLostDigits = (cell: string): boolean => /^-?\d(?:[.,]\d{1,15})?E\+\d{2,3}$/.test(cell);
