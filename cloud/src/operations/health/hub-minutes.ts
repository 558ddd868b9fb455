/**
 * What the hub did in each minute of the last week: one row a minute and machine, so that a hub at rest stays quiet. Each process says its own; several of
 * one machine are one row. For pictures on the platform's page; everything else is Prometheus' (`metrics.ts`).
 */
import type { Timer, World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Database } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import type { RetentionRule } from "../../ground/jobs/maintenance-job.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;

export const minutesRetention: RetentionRule = { table: "hub_minutes", column: "at_ms", keptMs: 7 * dayMs };

export interface OwnFigures {
  readonly machine: string;
  /** Null: not known (yet). */
  readonly busyPercent: () => number | null;
  readonly memoryBytes: () => number;
  /** Since this process began. */
  readonly callbacks: () => number;
  readonly links: () => number;
}

export interface HubMinutes {
  start(): void;
  stop(): void;
  /** Writes the minute that has just ended. */
  note(): Promise<void>;
}

/** A timer may be early by a millisecond: then the minute before would be added up twice. */
const behindMs = 50;

export function createHubMinutes(
  {
    world,
    database,
    jobs,
  }: { readonly world: World; readonly database: Database; readonly jobs: Pick<JobQueue, "waiting"> },
  own: OwnFigures,
): HubMinutes {
  const { clock } = world;
  let timer: Timer | null = null;
  let told = own.callbacks();

  async function note(): Promise<void> {
    const atMs = (Math.floor(clock.wall().atMs / minuteMs) - 1) * minuteMs;
    const now = own.callbacks();
    const callbacks = now - told;
    told = now;
    const waiting = (await jobs.waiting()).reduce((sum, { count }) => sum + count, 0);
    await database.asPlatform("hub-minute", (tx) =>
      // Of one machine: memory, callbacks and links of its processes add up; its processors and the queues are the same for all of them.
      sql`
        insert into hub_minutes as m (machine, at_ms, busy_percent, memory_bytes, jobs_waiting, callbacks, links)
        values (${own.machine}, ${atMs}::bigint, ${own.busyPercent()}, ${own.memoryBytes()}::bigint, ${waiting}, ${callbacks}, ${own.links()})
        on conflict (machine, at_ms) do update set busy_percent = greatest(m.busy_percent, excluded.busy_percent),
          memory_bytes = m.memory_bytes + excluded.memory_bytes, jobs_waiting = greatest(m.jobs_waiting, excluded.jobs_waiting),
          callbacks = m.callbacks + excluded.callbacks, links = m.links + excluded.links`.execute(tx),
    );
  }

  /** Just after the turn of the minute, so that the processes of a machine mean the same one. */
  function wait(): void {
    timer = clock.after(minuteMs - (clock.wall().atMs % minuteMs) + behindMs, () => {
      void note()
        .catch((error: Error) => world.log.warn("hub-minute-not-noted", { message: error.message }))
        .finally(() => {
          if (timer !== null) wait();
        });
    });
  }

  return {
    note,
    start: wait,
    stop() {
      timer?.cancel();
      timer = null;
    },
  };
}

/** A picture has some thousand points: of a week each stands for ten minutes. */
const spans = {
  hour: { ms: hourMs, stepMs: minuteMs },
  day: { ms: dayMs, stepMs: minuteMs },
  week: { ms: 7 * dayMs, stepMs: 10 * minuteMs },
} as const;
const spanNames = ["hour", "day", "week"] as const satisfies readonly (keyof typeof spans)[];

const count = z.number().int();
export const hubMinutesView = z.object({
  fromMs: count,
  toMs: count,
  machines: z.array(
    z.object({
      machine: z.string(),
      /** In the order of time; the highest of the minutes that a point stands for, and all their callbacks. */
      points: z.array(
        z.object({
          atMs: count,
          busyPercent: count.nullable(),
          memoryBytes: count,
          jobsWaiting: count,
          callbacks: count,
          links: count,
        }),
      ),
    }),
  ),
});

export function hubMinutesRoutes(world: World) {
  return [
    route({
      method: "GET",
      path: "/api/v1/platform/health/minutes",
      summary:
        "Processors, memory, waiting jobs, callbacks and links of each machine of the hub, for each minute of up to a week (platform admin)",
      permission: "platform.read",
      as: "platform",
      query: z.object({ span: z.enum(spanNames).default("day") }),
      response: hubMinutesView,
      handle: ({ query, transact }) =>
        transact(async (tx) => {
          const { ms, stepMs } = spans[query.span];
          const toMs = world.clock.wall().atMs;
          const fromMs = toMs - ms;
          const { rows } = await sql<{
            machine: string;
            atMs: number;
            busyPercent: number | null;
            memoryBytes: number;
            jobsWaiting: number;
            callbacks: number;
            links: number;
          }>`
            select machine, at_ms - at_ms % ${stepMs}::bigint as "atMs", max(busy_percent) as "busyPercent",
              max(memory_bytes) as "memoryBytes", max(jobs_waiting) as "jobsWaiting", sum(callbacks) as callbacks, max(links) as links
            from hub_minutes where at_ms > ${fromMs}::bigint and at_ms <= ${toMs}::bigint
            group by 1, 2 order by 1, 2`.execute(tx);
          const machines = [...Map.groupBy(rows, ({ machine }) => machine)].map(([machine, points]) => ({
            machine,
            points: points.map(({ machine: _, ...point }) => ({ ...point, callbacks: Number(point.callbacks) })),
          }));
          return { fromMs, toMs, machines };
        }),
    }),
  ];
}
