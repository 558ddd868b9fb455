import { type RawBuilder, sql } from "kysely";
import type { ClockCorrection } from "./journal-projector.ts";

/** SQL condition: was the row with `<prefix>epoch` and `<prefix>seq` stamped within this clock correction? */
export function withinCorrection({ epoch, fromSeq, beforeSeq }: ClockCorrection, prefix = ""): RawBuilder<boolean> {
  return sql`${sql.ref(`${prefix}epoch`)} = ${epoch}
    and ${sql.ref(`${prefix}seq`)} >= ${fromSeq}::bigint and ${sql.ref(`${prefix}seq`)} < ${beforeSeq}::bigint`;
}
