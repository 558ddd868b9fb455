import { type RawBuilder, sql } from "kysely";
import type { ClockCorrection } from "./journal-projector.ts";

/** SQL: does a correction reach what the columns `<prefix>epoch` and `<prefix>seq` say was written there? */
export function withinCorrection({ epoch, fromSeq, beforeSeq }: ClockCorrection, prefix = ""): RawBuilder<boolean> {
  return sql`${sql.ref(`${prefix}epoch`)} = ${epoch}
    and ${sql.ref(`${prefix}seq`)} >= ${fromSeq}::bigint and ${sql.ref(`${prefix}seq`)} < ${beforeSeq}::bigint`;
}
