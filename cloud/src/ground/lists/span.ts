/** A list's time span: `fromMs` is included, `untilMs` is not. */

import { type RawBuilder, sql } from "kysely";
import { instantMsTyped } from "../amounts/instants.ts";

const moment = instantMsTyped.optional();

/** For a list's query: `list.query.extend({ ...spanFields })`. */
export const spanFields = { fromMs: moment, untilMs: moment };

/** Rows whose time lies in the span; all, where none is asked for. */
export function within(
  column: RawBuilder<unknown>,
  { fromMs, untilMs }: { readonly fromMs?: number | undefined; readonly untilMs?: number | undefined },
): RawBuilder<boolean> {
  const parts = [
    ...(fromMs === undefined ? [] : [sql`${column} >= ${fromMs}::bigint`]),
    ...(untilMs === undefined ? [] : [sql`${column} < ${untilMs}::bigint`]),
  ];
  return parts.length === 0 ? sql<boolean>`true` : sql<boolean>`(${sql.join(parts, sql` and `)})`;
}
