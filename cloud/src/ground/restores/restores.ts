/** When this database came out of a back-up. What was given out, told or begun between a back-up and its restore, the hub of before knows alone. */
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../db/database.ts";

/** For a restore, in one raw transaction; no row: it was noted. @param of a `select` of the generation that began, and of when its back-up was taken */
export const restoreNoted = (of: string, atMs: number): string =>
  `insert into restores (generation, back_up_at_ms, restored_at_ms)
    select noted.*, ${Math.trunc(atMs)} from (${of}) noted on conflict do nothing returning back_up_at_ms`;

/** Undefined: there was none. */
export const newestRestore = (
  tx: Tx,
): Promise<{ readonly generation: string; readonly restoredAtMs: number } | undefined> =>
  tx
    .selectFrom("restores")
    .select(["generation", "restoredAtMs"])
    .orderBy("restoredAtMs", "desc")
    .orderBy("generation", "desc")
    .limit(1)
    .executeTakeFirst();

/** So many, as `generation`, `back_up_at_ms` and `restored_at_ms`. Stands after `from`, with a name. */
export const newestRestores = (limit: number): RawBuilder<unknown> => sql`(
  select generation, back_up_at_ms, restored_at_ms from restores order by restored_at_ms desc limit ${limit})`;

/** When the first one was after this time; null: there was none. */
export async function firstRestoreAfter(tx: Tx, atMs: number): Promise<number | null> {
  const row = await tx
    .selectFrom("restores")
    .select("restoredAtMs")
    .where("restoredAtMs", ">", atMs)
    .orderBy("restoredAtMs")
    .limit(1)
    .executeTakeFirst();
  return row?.restoredAtMs ?? null;
}

/** The same for another statement. */
export const isRestoredAfter = (atMs: number) =>
  sql<boolean>`exists (select from restores where restored_at_ms > ${atMs}::bigint)`;

/** Did this happen between a back-up and its restore? */
export async function wasForgotten(tx: Tx, atMs: number): Promise<boolean> {
  const found = await tx
    .selectFrom("restores")
    .select("generation")
    .where("backUpAtMs", "<", atMs)
    .where("restoredAtMs", ">=", atMs)
    .limit(1)
    .executeTakeFirst();
  return found !== undefined;
}
