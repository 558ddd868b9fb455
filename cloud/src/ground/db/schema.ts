/**
 * The types of all tables. What a table is stands in the `schema.sql` of its room; `schema-types.ts`, which is generated from these files, adds
 * every table to this interface by module augmentation, so that the ground knows none of the rooms above it.
 */
import type { ColumnType } from "kysely";

// biome-ignore lint/suspicious/noEmptyInterface: `schema-types.ts` fills it
export interface Schema {}

/** A column that is written with its row and never again (`fixed` in the room's `schema.sql`). */
export type Fixed<Value> = ColumnType<Value, Value, never>;

/** A column as SQL calls it: `created_at_ms` of the field `createdAtMs`. */
export type ColumnInSql<Field, Sofar extends string = ""> = Field extends `${infer Letter}${infer Rest}`
  ? ColumnInSql<Rest, `${Sofar}${Letter extends Lowercase<Letter> ? Letter : `_${Lowercase<Letter>}`}`>
  : Sofar;
