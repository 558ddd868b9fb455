/** The back-up that PHPNuxBill's page of the database writes: tables with their rows, as JSON. Facts: hotspotbilling/phpnuxbill `system/controllers/settings.php`, `dbbackup`. Pure. */
import { textOf } from "../../ground/router-exports/routeros-values.ts";
import type { TableRow, TablesRead, WantedTables } from "./read-sql-dump.ts";

type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `tables`: of the file's JSON. A row's line is its place in its table. Null: there is no such table in it. */
export function readJsonTables(tables: unknown, wanted: WantedTables): TablesRead | null {
  if (!isPlain(tables)) return null;
  const rows = new Map<string, TableRow[]>();
  const unread: TablesRead["unread"][number][] = [];
  for (const [table, columns] of Object.entries(wanted)) {
    const told = Object.hasOwn(tables, table) ? tables[table] : undefined;
    // PHP writes a list whose numbers have gaps as an object.
    const list = isPlain(told) ? Object.values(told) : told;
    if (!Array.isArray(list)) continue;
    const read: TableRow[] = [];
    rows.set(table, read);
    for (const [at, row] of list.entries()) {
      if (isPlain(row)) read.push(rowOf(row, at + 1, columns));
      else unread.push({ table, line: at + 1 });
    }
  }
  return rows.size === 0 ? null : { rows, unread, isCut: false };
}

function rowOf(row: Plain, line: number, columns: readonly string[]): TableRow {
  const told: Record<string, string> = { line: String(line) };
  for (const column of columns) {
    const value = Object.hasOwn(row, column) ? row[column] : null;
    if (value !== null && value !== undefined) told[column] = textOf(value);
  }
  return told as TableRow;
}
