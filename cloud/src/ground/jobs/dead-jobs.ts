/** Jobs that failed for good. Both queues write them; people read and retry them. */
import type { Expression, SqlBool } from "kysely";
import type { Tx } from "../db/database.ts";
import { json } from "../db/json.ts";
import { queueNameOf } from "./queues.ts";

export interface DeadJob {
  readonly jobId: string;
  readonly name: string;
  readonly data: object;
  readonly error: string | null;
  readonly tries: number;
  readonly createdAtMs: number;
}

export async function keepDead(tx: Tx, job: DeadJob, nowMs: number): Promise<void> {
  await tx
    .insertInto("dead_jobs")
    .values({
      job_id: job.jobId,
      name: job.name,
      queue: queueNameOf(job.name),
      data: json(job.data),
      error: job.error?.slice(0, 2000) ?? null,
      tries: job.tries,
      created_at_ms: job.createdAtMs,
      died_at_ms: nowMs,
    })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

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
    .select("job_id")
    .where(filter.of)
    .$if(filter.jobId !== undefined, (is) => is.where("job_id", "=", filter.jobId ?? ""))
    .$if(filter.name !== undefined, (is) => is.where("name", "=", filter.name ?? ""))
    .limit(countMax);
  return tx.deleteFrom("dead_jobs").where("job_id", "in", wanted).returning(["name", "data"]).execute();
}

/** Returns how many. */
export async function deleteDeadJobs(tx: Tx, { of }: Pick<DeadJobFilter, "of">): Promise<number> {
  const gone = await tx.deleteFrom("dead_jobs").where(of).executeTakeFirst();
  return Number(gone.numDeletedRows);
}
