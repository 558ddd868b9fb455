import { type RawBuilder, sql } from "kysely";
import { columnOf } from "./camel-case-columns.ts";

/** A value for a `jsonb` column. Plain objects work without it, but a plain array would reach PostgreSQL as an SQL array. */
export function json<T>(value: T): RawBuilder<T> {
  return sql<T>`${JSON.stringify(value)}::jsonb`;
}

/** Bytes in the JSON of a recordset, as PostgreSQL reads them for a `bytea` column. */
export const bytesInJson = (bytes: Buffer): string => `\\x${bytes.toString("hex")}`;

/**
 * Rows for `jsonb_populate_recordset` and `jsonb_to_recordset`, as one parameter: each field under its column's name (`created_at_ms` of `createdAtMs`).
 * What stands in a field stays as it is.
 */
export const rowsInJson = (rows: readonly object[]): string => JSON.stringify(rows.map(inColumns));

function inColumns(row: object): Record<string, unknown> {
  const renamed: Record<string, unknown> = {};
  for (const field of Object.keys(row)) renamed[columnOf(field)] = (row as Record<string, unknown>)[field];
  return renamed;
}
