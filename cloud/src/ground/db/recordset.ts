/**
 * Rows of ours as a table of a statement, in one parameter. PostgreSQL finds each field by its name and reads null where there is none, so the names
 * are held by the compiler.
 * @see https://www.postgresql.org/docs/current/functions-json.html#FUNCTIONS-JSON-PROCESSING
 */
import { type RawBuilder, sql } from "kysely";
import { columnOf } from "./camel-case-columns.ts";
import { rowsInJson } from "./json.ts";

/** A field of any of the shapes that the rows have. */
type FieldOf<Row> = Row extends unknown ? keyof Row & string : never;
type ValueOf<Row, Field> = Row extends unknown ? (Field extends keyof Row ? NonNullable<Row[Field]> : never) : never;

type SqlType =
  | "text"
  | "date"
  | "bytea"
  | "numeric"
  | "bigint"
  | "integer"
  | "smallint"
  | "real"
  | "double precision"
  | "boolean"
  | "jsonb"
  | "text[]";

/** As what PostgreSQL may read a value. Of one that says nothing of itself (`any`): as anything. */
type TypeOf<Value> = 0 extends 1 & Value
  ? SqlType
  : [Value] extends [string]
    ? "text" | "date" | "bytea" | "numeric"
    : [Value] extends [number]
      ? "bigint" | "integer" | "smallint" | "real" | "double precision"
      : [Value] extends [boolean]
        ? "boolean"
        : "jsonb" | "text" | "bigint" | "text[]";

/** Those that the statement reads, in the order that `select *` gives. */
export type RecordColumns<Row> = { readonly [Field in FieldOf<Row>]?: TypeOf<ValueOf<Row, Field>> };

/** `f("siteId" text, seq bigint)`: its columns are called as the fields. Bytes are hexadecimal (`bytesInJson`). */
export function recordset<Row extends object>(
  name: string,
  rows: readonly Row[],
  columns: RecordColumns<Row>,
): RawBuilder<unknown> {
  return tableOf(name, JSON.stringify(rows), columns, (field) => `"${field}"`);
}

/** The same with columns that are called as a table's: `f(site_id text, seq bigint)`. */
export function recordsetInColumns<Row extends object>(
  name: string,
  rows: readonly Row[],
  columns: RecordColumns<Row>,
): RawBuilder<unknown> {
  return tableOf(name, rowsInJson(rows), columns, columnOf);
}

function tableOf(name: string, list: string, columns: object, named: (field: string) => string): RawBuilder<unknown> {
  const all = Object.entries(columns).map(([field, type]) => `${named(field)} ${type}`);
  return sql`jsonb_to_recordset(${list}::jsonb) as ${sql.raw(`${name}(${all.join(", ")})`)}`;
}
