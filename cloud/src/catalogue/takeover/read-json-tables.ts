/** The back-up that PHPNuxBill's page of the database writes: tables with their rows, as JSON. Facts: hotspotbilling/phpnuxbill `system/controllers/settings.php`, `dbbackup`. Pure. */
import { z } from "zod";
import { parseJson, textOf } from "./json-values.ts";
import type { TableRow, TablesRead, WantedTables } from "./read-sql-dump.ts";

const tables = z.record(z.string().max(100), z.array(z.record(z.string().max(100), z.unknown())));

/** A row's line is its place in its table. Null: there is no such table in it. */
export function readJsonTables(text: string, wanted: WantedTables): TablesRead | null {
  const parsed = tables.safeParse(parseJson(text));
  if (!parsed.success) return null;
  const rows = new Map<string, TableRow[]>();
  for (const [table, columns] of Object.entries(wanted)) {
    const list = parsed.data[table];
    if (list !== undefined)
      rows.set(
        table,
        list.map((row, at) => rowOf(row, at + 1, columns)),
      );
  }
  return rows.size === 0 ? null : { rows, unread: [], isCut: false };
}

function rowOf(row: Readonly<Record<string, unknown>>, line: number, columns: readonly string[]): TableRow {
  const told = columns.flatMap((column) => {
    const value = Object.hasOwn(row, column) ? row[column] : null;
    return value === null || value === undefined ? [] : [[column, textOf(value)] as const];
  });
  return { ...Object.fromEntries(told), line: String(line) };
}
