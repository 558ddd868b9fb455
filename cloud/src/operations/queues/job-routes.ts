/** The API of jobs: what ran, what waits, what failed for good. A provider's people see its jobs. */
import type { World } from "@karibu/protocol/world";
import { type SqlBool, sql } from "kysely";
import { z } from "zod";
import type { Database } from "../../ground/db/database.ts";
import { type Actor, platformProviderId } from "../../ground/http/actor.ts";
import { notFound } from "../../ground/http/problem.ts";
import { type Call, route } from "../../ground/http/route.ts";
import { deleteDeadJobs, takeDeadJobs } from "../../ground/jobs/dead-jobs.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { listOf, listOfRows } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";

export const deadView = z.object({
  id: z.string(),
  name: z.string(),
  queue: z.string(),
  data: z.record(z.string(), z.unknown()),
  error: z.string().nullable(),
  tries: z.int(),
  createdAtMs: z.int(),
  diedAtMs: z.int(),
});

export const queueView = z.object({
  name: z.string(),
  priority: z.int(),
  concurrency: z.int(),
  timeoutSeconds: z.int(),
  /** How often a job is tried before it fails for good. */
  tries: z.int(),
  /** In the last 24 hours; of all providers, for platform admins only: null for others. */
  done: z.int().nullable(),
  failed: z.int().nullable(),
  averageMs: z.int().nullable(),
  dead: z.int(),
  waiting: z.int(),
  /** When its next job is due; null: none is planned. */
  nextAtMs: z.int().nullable(),
});

const queueList = listOfRows<z.input<typeof queueView>>({
  sort: {
    priority: (queue) => queue.priority,
    name: (queue) => queue.name,
    waiting: (queue) => queue.waiting,
    dead: (queue) => queue.dead,
  },
  default: "priority",
  id: (queue) => queue.name,
  search: (queue) => [queue.name],
});
const deadList = listOf({
  sort: { died: { by: sql.ref("diedAtMs"), kind: "number" } },
  default: "-died",
  tie: [sql.ref("jobId")],
  search: [sql.ref("name"), sql.ref("error")],
});

const retriedAtOnceMax = 1000;

export function jobRoutes(parts: { readonly world: World; readonly database: Database; readonly jobs: JobQueue }) {
  const { world, database, jobs } = parts;
  const mine = (actor: Actor) =>
    actor.providerId === platformProviderId
      ? sql<SqlBool>`true`
      : sql<SqlBool>`data->>'providerId' = ${actor.providerId}`;

  /** Returns how many. Two callers at once get different jobs. */
  async function retry(
    { actor, transactAsPlatform }: Pick<Call<unknown, unknown, unknown>, "actor" | "transactAsPlatform">,
    which: { readonly jobId?: string | undefined; readonly name?: string | undefined },
  ): Promise<number> {
    const retried = await transactAsPlatform("retry-dead-jobs", async (tx) => {
      const rows = await takeDeadJobs(tx, { of: mine(actor), ...which }, retriedAtOnceMax);
      if (which.jobId !== undefined && rows.length === 0) throw notFound("job");
      for (const [name, dead] of Map.groupBy(rows, (row) => row.name))
        await jobs.sendAll(
          tx,
          name,
          dead.map(({ data }) => data),
        );
      return rows.length;
    });
    jobs.wake();
    return retried;
  }

  return [
    route({
      method: "GET",
      path: "/api/v1/jobs",
      summary: "Queues, most urgent first: jobs of the last day, waiting jobs, failed jobs",
      permission: "jobs.read",
      query: queueList.query,
      response: pageOf(queueView),
      handle: ({ query, actor }) =>
        database.asPlatform("read-queues", async (tx) => {
          const isPlatform = actor.providerId === platformProviderId;
          const sinceMs = world.clock.wall().atMs - 86_400_000;
          const counts = await sql<{ queue: string; done: number; failed: number; busy: number }>`
            select split_part(name, '.', 1) as queue, sum(done)::bigint as done, sum(failed)::bigint as failed, sum(busy_ms)::bigint as busy
            from job_counts where hour_ms >= ${sinceMs} group by 1`.execute(tx);
          const dead = await sql<{ queue: string; count: number }>`
            select queue, count(*)::bigint as count from dead_jobs where ${mine(actor)} group by 1`.execute(tx);
          const waiting = await sql<{ queue: string; count: number; next: number }>`
            select split_part(name, '.', 1) as queue, count(*)::bigint as count, min(run_at_ms)::bigint as next
            from job_outbox where ${mine(actor)} group by 1`.execute(tx);
          const items = jobs.queues.map((queue) => {
            const count = counts.rows.find((row) => row.queue === queue.name);
            const wait = waiting.rows.find((row) => row.queue === queue.name);
            const done = Number(count?.done ?? 0);
            return {
              ...queue,
              done: isPlatform ? done : null,
              failed: isPlatform ? Number(count?.failed ?? 0) : null,
              averageMs: isPlatform && done > 0 ? Math.round(Number(count?.busy ?? 0) / done) : null,
              dead: Number(dead.rows.find((row) => row.queue === queue.name)?.count ?? 0),
              waiting: Number(wait?.count ?? 0),
              nextAtMs: wait === undefined ? null : Number(wait.next),
            };
          });
          return queueList.page(items, query);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/jobs/dead",
      summary: "Failed jobs, newest first",
      permission: "jobs.read",
      query: deadList.query.extend({
        queue: z.string().max(60).optional(),
        name: z.string().max(100).optional(),
        /** When it failed for good. */
        ...spanFields,
      }),
      response: pageOf(deadView),
      handle: ({ query, actor }) =>
        database.asPlatform("read-dead-jobs", async (tx) => {
          const rows = tx
            .selectFrom("dead_jobs")
            .selectAll()
            .where(mine(actor))
            .$if(query.queue !== undefined, (is) => is.where("queue", "=", query.queue ?? ""))
            .$if(query.name !== undefined, (is) => is.where("name", "=", query.name ?? ""))
            .where(within(sql.ref("diedAtMs"), query));
          return deadList.page(rows, query, (row) => ({
            id: row.jobId,
            name: row.name,
            queue: row.queue,
            data: row.data as Record<string, unknown>,
            error: row.error,
            tries: row.tries,
            createdAtMs: row.createdAtMs,
            diedAtMs: row.diedAtMs,
          }));
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/jobs/dead/{id}/retry",
      summary: "Try a failed job again",
      permission: "jobs.manage",
      params: z.object({ id: z.string().min(1).max(128) }),
      body: null,
      status: 202,
      response: z.object({ retried: z.int() }),
      handle: async (call) => ({ retried: await retry(call, { jobId: call.params.id }) }),
    }),
    route({
      method: "POST",
      path: "/api/v1/jobs/dead/retry",
      summary: "Try all failed jobs again, or those of one name",
      permission: "jobs.manage",
      body: z.strictObject({ name: z.string().max(100).optional() }),
      status: 202,
      response: z.object({ retried: z.int() }),
      handle: async (call) => ({ retried: await retry(call, { name: call.body.name }) }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/jobs/dead",
      summary: "Delete all failed jobs",
      permission: "jobs.manage",
      response: z.object({ flushed: z.int() }),
      handle: ({ actor, transactAsPlatform }) =>
        transactAsPlatform("flush-dead-jobs", async (tx) => ({
          flushed: await deleteDeadJobs(tx, { of: mine(actor) }),
        })),
    }),
  ];
}
