/**
 * The outbox: a job is a row that the transaction of its cause writes, under any role. Both queues take
 * their jobs from here, so the meaning of a job does not depend on the queue.
 *
 * Jobs of one name and singleton key all have a row here: a queue that takes one takes those that are committed beside it, as one job. Left out at
 * sending, because one waits already, a job would be lost where that one is run before the cause of this one is committed.
 */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Tx } from "../db/database.ts";
import { json } from "../db/json.ts";
import { recordsetInColumns } from "../db/recordset.ts";
import type { JobQueue, WaitingJobs } from "./queue.ts";

/** NOTIFY channel: there are new rows in the outbox. */
export const outboxChannel = "karibu_jobs";

export type JobName = string;

/** @param lookEveryMs how often the queue looks by itself: a job that waits for longer needs no NOTIFY */
export function sendToOutbox(world: World, lookEveryMs = Number.POSITIVE_INFINITY): JobQueue["send"] {
  return async (tx: Tx, name: JobName, data: object, options = {}) => {
    const nowMs = world.clock.wall().atMs;
    await tx
      .insertInto("job_outbox")
      .values({
        jobId: newId(world),
        name,
        data: json(data),
        singletonKey: options.singletonKey ?? null,
        runAtMs: nowMs + (options.startAfterMs ?? 0),
        createdAtMs: nowMs,
      })
      .execute();
    if ((options.startAfterMs ?? 0) < lookEveryMs) await sql`select pg_notify(${outboxChannel}, '')`.execute(tx);
  };
}

export function sendAllToOutbox(world: World): JobQueue["sendAll"] {
  return async (tx: Tx, name: JobName, data: readonly object[], options = []) => {
    if (data.length === 0) return;
    const nowMs = world.clock.wall().atMs;
    const rows = data.map((each, index) => {
      const { startAfterMs = 0, singletonKey = null } = { ...options[index] };
      return { jobId: newId(world), data: each, singletonKey, runAtMs: nowMs + startAfterMs };
    });
    await sql`
      insert into job_outbox (job_id, name, data, singleton_key, run_at_ms, created_at_ms)
      select job_id, ${name}::text, data, singleton_key, run_at_ms, ${nowMs}::bigint
      from ${recordsetInColumns("job", rows, { jobId: "text", data: "jsonb", singletonKey: "text", runAtMs: "bigint" })}`.execute(
      tx,
    );
  };
}

/**
 * Jobs that the process which sends them does by itself, at once: the row is only the net, for the case that it ends before. A held job becomes
 * an ordinary one when its time comes, `forMs` from now, unless it was dropped or kept longer. @returns their ids, in the order of `data`
 */
export async function holdJobs(
  world: World,
  tx: Tx,
  name: JobName,
  data: readonly object[],
  forMs: number,
): Promise<string[]> {
  if (data.length === 0) return [];
  const nowMs = world.clock.wall().atMs;
  const rows = data.map((each) => ({ jobId: newId(world), data: each }));
  await sql`
    insert into job_outbox (job_id, name, data, state, run_at_ms, created_at_ms)
    select job_id, ${name}::text, data, 'held', ${nowMs + forMs}::bigint, ${nowMs}::bigint
    from ${recordsetInColumns("job", rows, { jobId: "text", data: "jsonb" })}`.execute(tx);
  return rows.map((row) => row.jobId);
}

/** They are done. One whose time had come is an ordinary job by now, and finds nothing to do. */
export async function dropHeldJobs(tx: Tx, jobIds: readonly string[]): Promise<void> {
  await sql`delete from job_outbox where job_id = any(${jobIds}::text[]) and state = 'held'`.execute(tx);
}

/** They are still in hand. */
export async function keepHeldJobs(tx: Tx, jobIds: readonly string[], untilMs: number): Promise<void> {
  await sql`update job_outbox set run_at_ms = ${untilMs}::bigint
    where job_id = any(${jobIds}::text[]) and state = 'held'`.execute(tx);
}

/** Its process does them no more: from then on they are ordinary jobs. Call `wake` after the commit. */
export async function leaveHeldJobs(tx: Tx, jobIds: readonly string[], fromMs: number): Promise<void> {
  await sql`update job_outbox set state = 'waiting', run_at_ms = ${fromMs}::bigint
    where job_id = any(${jobIds}::text[]) and state = 'held'`.execute(tx);
}

/** How long a job waits that failed so many times: 2 s, 4 s, 8 s… at most 5 min. */
export function retryDelayMs(tries: number): number {
  return Math.min(300_000, 1000 * 2 ** tries);
}

/** Jobs that are due and still in the outbox, by name. One that is held waits since it was sent: its process has not come to it yet. */
export async function waitingInOutbox(tx: Tx, nowMs: number): Promise<WaitingJobs[]> {
  const { rows } = await sql<{ name: string; count: number; sinceMs: number }>`
    select name, count(*) as count, min(case when state = 'held' then created_at_ms else run_at_ms end) as since_ms
    from job_outbox where state = 'held' or (state = 'waiting' and run_at_ms <= ${nowMs}::bigint) group by name`.execute(
    tx,
  );
  return rows.map(({ name, count, sinceMs }) => ({
    name,
    count: Number(count),
    oldestMs: Math.max(0, nowMs - Number(sinceMs)),
  }));
}
