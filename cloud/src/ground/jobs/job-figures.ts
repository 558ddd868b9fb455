/** How the queue does, each figure as one column of a statement of the platform. */
import { sql } from "kysely";

export const jobsWaiting = sql<number>`(select count(*) from job_outbox where state <> 'dead')`;

export const oldestJobAtMs = sql<number | null>`(select min(run_at_ms) from job_outbox where state = 'waiting')`;

/** @param except names of jobs that do not count */
export const jobsFailed = (except: readonly string[] = []) =>
  sql<number>`(select count(*) from dead_jobs where name <> all(${[...except]}::text[]))`;

/** What failed of one provider's jobs. Stands after a `select`, from `from` on. @param except names of jobs that do not count */
export const failedJobsOf = (providerId: string, except: readonly string[]) =>
  sql`from dead_jobs where data->>'providerId' = ${providerId} and name <> all(${[...except]}::text[])`;
