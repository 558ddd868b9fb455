/** Jobs that failed for good. Both queues write them; people read and retry them. */
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { type Expression, type SqlBool, sql } from "kysely";
import type { Tx } from "../db/database.ts";
import { json } from "../db/json.ts";
import { createEmit } from "../events/record.ts";
import type { JobReader } from "../events/topics.ts";
import { platformProviderId } from "../http/actor.ts";
import { queueNameOf } from "./queues.ts";

export interface DeadJob {
  readonly jobId: string;
  readonly name: string;
  readonly data: object;
  readonly error: string | null;
  readonly tries: number;
  readonly createdAtMs: number;
}

/** As the platform. Its provider hears of it, and the platform's admins do. */
export async function keepDead(world: World, tx: Tx, job: DeadJob): Promise<void> {
  const kept = await tx
    .insertInto("dead_jobs")
    .values({
      jobId: job.jobId,
      name: job.name,
      queue: queueNameOf(job.name),
      data: json(job.data),
      error: job.error === null || job.error === undefined ? null : cutText(job.error, 2000),
      tries: job.tries,
      createdAtMs: job.createdAtMs,
      diedAtMs: world.clock.wall().atMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst();
  if (!kept.numInsertedOrUpdatedRows) return;
  const { providerId } = job.data as { readonly providerId?: unknown };
  const emit = createEmit(world);
  const failed = { topic: "job", id: job.jobId, action: "failed" } as const;
  if (typeof providerId === "string" && providerId !== platformProviderId) await emit(tx, providerId, failed);
  await emit(tx, platformProviderId, failed);
}

/** Jobs of the queue, those that wait and those that failed: whoever sees the queues. Their ids are the outbox's. */
export const readQueueJob: JobReader = async (tx, jobId, providerId) => {
  const { rows } = await sql`
    select 1 from (select data from dead_jobs where job_id = ${jobId} union all select data from job_outbox where job_id = ${jobId}) j
    where ${providerId} = ${platformProviderId} or j.data ->> 'providerId' = ${providerId}`.execute(tx);
  return rows.length > 0 ? "jobs.read" : null;
};

/** Selects failed jobs. `of`: a condition on the row, for example on its provider. */
export interface DeadJobFilter {
  readonly of: Expression<SqlBool>;
  readonly jobId?: string | undefined;
  readonly name?: string | undefined;
}

/** Removes them from the list, at most so many. Two callers at once get different jobs. */
export async function takeDeadJobs(tx: Tx, filter: DeadJobFilter, countMax: number) {
  const wanted = tx
    .selectFrom("dead_jobs")
    .select("jobId")
    .where(filter.of)
    .$if(filter.jobId !== undefined, (is) => is.where("jobId", "=", filter.jobId ?? ""))
    .$if(filter.name !== undefined, (is) => is.where("name", "=", filter.name ?? ""))
    .limit(countMax);
  return tx.deleteFrom("dead_jobs").where("jobId", "in", wanted).returning(["name", "data"]).execute();
}

/** Returns how many. */
export async function deleteDeadJobs(tx: Tx, { of }: Pick<DeadJobFilter, "of">): Promise<number> {
  const gone = await tx.deleteFrom("dead_jobs").where(of).executeTakeFirst();
  return Number(gone.numDeletedRows);
}
