import { type RawBuilder, sql } from "kysely";

/** A value for a `jsonb` column. Plain objects work without it, but a plain array would reach PostgreSQL as an SQL array. */
export function json<T>(value: T): RawBuilder<T> {
  return sql<T>`${JSON.stringify(value)}::jsonb`;
}

/** Bytes in the JSON of a recordset, as PostgreSQL reads them for a `bytea` column. */
export const bytesInJson = (bytes: Buffer): string => `\\x${bytes.toString("hex")}`;
