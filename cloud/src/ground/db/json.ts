import { type RawBuilder, sql } from "kysely";

/** A value for a `jsonb` column. Plain objects work without it, but a plain array would reach PostgreSQL as an SQL array. */
export function json<T>(value: T): RawBuilder<T> {
  return sql<T>`${JSON.stringify(value)}::jsonb`;
}
