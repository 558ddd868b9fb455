/** How back-ups do, each figure as one column of a statement of the platform. */
import { type RawBuilder, sql } from "kysely";

/** Which times count: one that lies ahead was written by a clock that was. */
type IsDated = (atMs: RawBuilder<unknown>) => RawBuilder<unknown>;

/** When a file was last written. */
export const newestBackUpAtMs = (isDated: IsDated) =>
  sql<number | null>`(select max(at_ms) from backups_taken where ${isDated(sql`at_ms`)})`;

/** Of when the newest one is that was proved, and is kept still. */
export const newestProvedAtMs = (isDated: IsDated) =>
  sql<
    number | null
  >`(select max(at_ms) from backup_runs where state = 'proved' and removed_at_ms is null and ${isDated(sql`at_ms`)})`;

/** 1: the newest one of which an end is known failed, or can't be read. Null: there is none. */
export const newestHasFailed = (isDated: IsDated) =>
  sql<number | null>`(select (state in ('failed', 'damaged', 'missing'))::int from backup_runs
    where state in ('stored', 'proved', 'failed', 'damaged', 'missing') and ${isDated(sql`asked_at_ms`)} order by asked_at_ms desc, backup_id desc limit 1)`;

/** How many revocations wait for the back-up store. */
export const revocationsUnsent = sql<number>`(select count(*) from revocations_noted)`;

/** Since when the oldest of them waits. */
export const oldestUnsent = sql<number | null>`(select min(noted_at_ms) from revocations_noted)`;
