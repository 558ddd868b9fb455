/**
 * Tables with their rows as JSON: the back-up that PHPNuxBill's page of the database writes, and phpMyAdmin's export of that kind, a list with one thing a table.
 * Facts: hotspotbilling/phpnuxbill `system/controllers/settings.php`, `dbbackup`; phpmyadmin/phpmyadmin `ExportJson`. Pure.
 */
import { textOf } from "../../ground/router-exports/routeros-values.ts";
import type { TableRow, TablesRead, WantedTables } from "./read-sql-dump.ts";

type Plain = Readonly<Record<string, unknown>>;

const isPlain = (value: unknown): value is Plain =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** `file`: what the file's JSON says. A row's line is its place in its table. Null: there is no such table in it. */
export function readJsonTables(file: unknown, wanted: WantedTables): TablesRead | null {
  const rows = new Map<string, TableRow[]>();
  const unread: TablesRead["unread"][number][] = [];
  for (const [table, columns] of Object.entries(wanted))
    for (const { told, database } of tablesNamed(file, table)) {
      // PHP writes a list whose numbers have gaps as an object.
      const list = isPlain(told) ? Object.values(told) : told;
      if (!Array.isArray(list)) continue;
      const isOther = (rows.get(table)?.length ?? 0) > 0;
      const read = rows.get(table) ?? [];
      rows.set(table, read);
      for (const [at, row] of list.entries()) {
        if (isOther) unread.push({ table, line: at + 1, database });
        else if (isPlain(row)) read.push(rowOf(row, at + 1, columns));
        else unread.push({ table, line: at + 1 });
      }
    }
  return rows.size === 0 ? null : { rows, unread, isCut: false };
}

/** Tables of one name: all of them, the first database's first. */
function tablesNamed(file: unknown, name: string): readonly { readonly told: unknown; readonly database: string }[] {
  if (isPlain(file)) return Object.hasOwn(file, name) ? [{ told: file[name], database: "" }] : [];
  return (Array.isArray(file) ? file : []).flatMap((one) =>
    isPlain(one) && one.type === "table" && textOf(one.name).toLowerCase() === name
      ? [{ told: one.data, database: textOf(one.database) }]
      : [],
  );
}

function rowOf(row: Plain, line: number, columns: readonly string[]): TableRow {
  const told: Record<string, string> = { line: String(line) };
  for (const column of columns) {
    const value = Object.hasOwn(row, column) ? row[column] : null;
    if (value !== null && value !== undefined) told[column] = textOf(value);
  }
  return told as TableRow;
}
