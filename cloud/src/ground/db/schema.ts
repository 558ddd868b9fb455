/**
 * The types of all tables. What a table is stands in the `schema.sql` of its room; `schema-types.ts`, which is generated from these files, adds
 * every table to this interface by module augmentation, so that the ground knows none of the rooms above it.
 */
import type { ColumnType } from "kysely";

// biome-ignore lint/suspicious/noEmptyInterface: `schema-types.ts` fills it
export interface Schema {}

/** A column that is written with its row and never again (`fixed` in the room's `schema.sql`). */
export type Fixed<Value> = ColumnType<Value, Value, never>;
