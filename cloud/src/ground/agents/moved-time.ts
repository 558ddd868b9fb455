import { type RawBuilder, sql } from "kysely";
import { lastDateMs } from "./last-date.ts";

/**
 * SQL: the time in this column, moved by a correction of its site's clock; null stays null. A site that is broken or stolen can correct its clock as
 * often as it likes, a hundred years each time: no time goes before 1970, nor after `lastMs`, where lists and files could no longer be written.
 */
export function movedTime(column: string, stepMs: number, lastMs = lastDateMs): RawBuilder<number> {
  const at = sql.ref(column);
  return sql`case when ${at} is null then null else least(greatest(${at} + ${stepMs}::bigint, 0), ${lastMs}::bigint) end`;
}
