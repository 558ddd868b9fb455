import type { RawBuilder } from "kysely";
import type { Tx } from "../db/database.ts";
import type { KeptKind } from "./kept-days.ts";

/** A room's recurring work. `operations/maintenance` runs it. */

export interface MaintenanceJob {
  /** Kebab case. Platform admins read it in the schedule. */
  readonly name: string;
  readonly everyMs: number;
  /** How long a run may take, at most `runMsMax`; absent: `runMsUsual`. After that it is noted as failed, and the other jobs go on without it. */
  readonly mostMs?: number;
  /** Of one that often has nothing to do: is there work? It is asked with the others, as the platform, and `run` is spared. */
  hasWork?(nowMs: number): RawBuilder<boolean>;
  /**
   * Returns what it did, in a few words. A run may fail or be skipped: the next one must find the remaining work itself.
   * @param isEnding the hub stops: what has many parts does no more of them
   */
  run(isEnding?: () => boolean): Promise<string>;
}

/** Most are done within seconds. */
export const runMsUsual = 10 * 60_000;
/** For those that go through whole tables. Another process takes a job that was left under way for that long. */
export const runMsMax = 30 * 60_000;

/** From `fromMs` on, and before `untilMs`. */
export interface Span {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** Rows of a month that are about to be dropped. */
export interface Dropping extends Span {
  /** By the clock of the job, which decides what is too old. */
  readonly nowMs: number;
  /** Nobody else reads or writes the table until it is done: only what may have changed since the looks before. */
  readonly isLocked: boolean;
}

/** Rows of one table that the hub deletes after a time, or empties one column of. */
export interface RetentionRule {
  readonly table: string;
  /** A column of milliseconds. */
  readonly column: string;
  readonly keptMs: number;
  /** Its time can be changed (`kept-days.ts`); `keptMs` is the usual one. */
  readonly kind?: KeptKind;
  /** The table is partitioned by the month of `column`: whole months go, so that a row is kept for up to a month longer. */
  readonly byMonth?: true;
  /** Of a table by month, before its rows of a time are dropped: takes a slice of what is needed for longer elsewhere. @returns how many; 0: all is there */
  readonly outlives?: (tx: Tx, dropping: Dropping) => Promise<number>;
  /** Notes what somebody must know of the rows that go, in the transaction in which they do. Nothing sees them go one by one. */
  readonly notes?: (tx: Tx, dropped: Span) => Promise<void>;
  /** An SQL condition: only these rows. */
  readonly only?: string;
  /** A column that may be null: the rows stay, and this is null from then on. Left out: the rows are deleted. */
  readonly empties?: string;
}
