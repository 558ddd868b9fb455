/** The rows of the hub's back-ups. */

import { type Selectable, sql, type Updateable } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { lockKeys } from "../../ground/db/lock-keys.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { refusal } from "../../ground/http/problem.ts";
import { isAbandoned, isWorking, silentMsMax } from "./schedule-policy.ts";

export type RunRow = Selectable<Schema["backup_runs"]>;
type Change = Updateable<Schema["backup_runs"]>;

const working = ["waiting", "writing", "storing", "proving"] as const;
/** A job that the queue lost, or a hub that never started again. */
const waitingMsMax = 60 * 60_000;

/**
 * Newest first; behind them those that a clock that was ahead has dated. In front of them, they would hide what was done since, and a back-up would be due
 * every few minutes until their time has come.
 */
export const newestRuns = (tx: Tx, count: number, nowMs: number): Promise<RunRow[]> =>
  tx
    .selectFrom("backup_runs")
    .selectAll()
    .orderBy(sql`asked_at_ms > ${nowMs + silentMsMax}::bigint`)
    .orderBy("askedAtMs", "desc")
    .orderBy("backupId", "desc")
    .limit(count)
    .execute();

/** @param emit tells the platform's admins how far a back-up is; the states alone, not each beat */
export function createBackupRows(database: Database, emit: Emit) {
  const on = <T>(work: (tx: Tx) => Promise<T>) => database.asPlatform("back-ups", work);
  const tell = (tx: Tx, backupId: string, state: string) =>
    emit(tx, platformProviderId, { topic: "admin", id: backupId, action: `back-up-${state}` });
  return {
    /** One at a time, over all processes. */
    async refuseWorking(tx: Tx, nowMs: number): Promise<void> {
      // Two who ask at once: the second one waits for the first one's commit.
      await sql`select pg_advisory_xact_lock(${lockKeys.backUps})`.execute(tx);
      const rows = await tx.selectFrom("backup_runs").selectAll().where("state", "in", working).execute();
      const isBusy = rows.some((row) => isWorking({ state: row.state, beatAtMs: row.beatAtMs }, nowMs));
      if (isBusy) throw refusal("backup-under-way");
    },

    /** Null: the row is not as this work needs it. */
    take: (backupId: string, what: "back-up" | "proof", nowMs: number): Promise<RunRow | null> =>
      on(async (tx) => {
        const from = what === "back-up" ? (["waiting"] as const) : (["stored"] as const);
        const change: Change = {
          beatAtMs: nowMs,
          state: what === "back-up" ? "writing" : "proving",
          problem: null,
          problemText: null,
        };
        const taken = await tx
          .updateTable("backup_runs")
          .set(change)
          .where("backupId", "=", backupId)
          .where("state", "in", from)
          .returningAll()
          .executeTakeFirst();
        if (taken !== undefined) await tell(tx, backupId, taken.state);
        return taken ?? null;
      }),

    read: (backupId: string): Promise<RunRow | undefined> =>
      on((tx) => tx.selectFrom("backup_runs").selectAll().where("backupId", "=", backupId).executeTakeFirst()),

    change: (backupId: string, change: Change): Promise<void> =>
      on(async (tx) => {
        await tx.updateTable("backup_runs").set(change).where("backupId", "=", backupId).execute();
        if (change.state !== undefined) await tell(tx, backupId, change.state);
      }),

    beat: (backupId: string, nowMs: number, bytes: number | null): Promise<void> =>
      on(async (tx) => {
        const change: Change = { beatAtMs: nowMs, ...(bytes === null ? {} : { doneBytes: bytes }) };
        await tx
          .updateTable("backup_runs")
          .set(change)
          .where("backupId", "=", backupId)
          .where("state", "in", working)
          .execute();
      }),

    newest: (count: number, nowMs: number): Promise<RunRow[]> => on((tx) => newestRuns(tx, count, nowMs)),

    named: (): Promise<RunRow[]> =>
      on((tx) => tx.selectFrom("backup_runs").selectAll().where("name", "is not", null).execute()),

    /** Rows whose file is said to be in the store. */
    inStore: (): Promise<RunRow[]> =>
      on((tx) =>
        tx
          .selectFrom("backup_runs")
          .selectAll()
          .where("state", "in", ["stored", "proved", "damaged"])
          .where("removedAtMs", "is", null)
          .execute(),
      ),

    /** Names of the files that hold what was there before a restore of since then. */
    savedByRestores: (sinceMs: number): Promise<ReadonlySet<string | null>> =>
      on(async (tx) => {
        const orders = await tx
          .selectFrom("restore_orders")
          .select("savedAs")
          .where("savedAs", "is not", null)
          .where("endedAtMs", ">", sinceMs)
          .execute();
        return new Set(orders.map((order) => order.savedAs));
      }),

    /** A file of this hub that no row knows: of after the back-up that was restored, or of rows that retention took. */
    adopt: (found: {
      readonly backupId: string;
      readonly name: string;
      readonly atMs: number;
      readonly seenAtMs: number;
      readonly there: Change;
    }): Promise<void> =>
      on(async (tx) => {
        const { backupId, name, atMs, seenAtMs, there } = found;
        const row = { backupId, askedAtMs: atMs, askedBy: null, beatAtMs: atMs, name, atMs };
        await tx
          .insertInto("backup_runs")
          .values({ ...row, storedAtMs: seenAtMs, state: "stored", ...there } as never)
          .onConflict((conflict) => conflict.column("name").doNothing())
          .execute();
      }),

    /** Rows of processes that ended are told the truth: a stored one is stored, any other one failed. */
    endAbandoned: (nowMs: number): Promise<void> =>
      on(async (tx) => {
        const rows = await tx
          .selectFrom("backup_runs")
          .selectAll()
          .where("state", "in", working)
          .where((row) =>
            row.or([row("beatAtMs", "<", nowMs - silentMsMax), row("beatAtMs", ">", nowMs + silentMsMax)]),
          )
          .execute();
        for (const row of rows) {
          const isLost = row.state === "waiting" && Math.abs(nowMs - row.beatAtMs) > waitingMsMax;
          if (!isLost && !isAbandoned({ state: row.state, beatAtMs: row.beatAtMs }, nowMs)) continue;
          const problem = { problem: "back-up/interrupted", problemText: "the process that worked on it ended" };
          await tx
            .updateTable("backup_runs")
            .set({ state: row.storedAtMs === null ? "failed" : "stored", ...problem })
            .where("backupId", "=", row.backupId)
            .where("beatAtMs", "=", row.beatAtMs)
            .execute();
        }
      }),
  };
}
