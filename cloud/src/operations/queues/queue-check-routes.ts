/** Tries other times and tries of a queue against what ran in the last day. It changes nothing: the hub reads them when it starts. For who runs the hub. */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { createRateLimit } from "../../ground/http/rate-limit.ts";
import { route } from "../../ground/http/route.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { ownSecondsOf, queueNameOf, queueNames, queueRange, queuesWith } from "../../ground/jobs/queues.ts";
import { givenUpAfter, type JobKind, judgeChange, settingOf } from "./queue-check.ts";

const limitsView = z.object({ timeoutSeconds: z.int(), tries: z.int() });

export const queueCheckView = z.object({
  queue: z.string(),
  inForce: limitsView.extend({ givenUpAfterSeconds: z.int() }),
  /** Where `KARIBU_QUEUES` says nothing. */
  usual: limitsView,
  waiting: z.int(),
  /** For how long the oldest of them has been due; null: none is. */
  oldestMs: z.int().nullable(),
  /** In the last 24 hours. */
  done: z.int(),
  failed: z.int(),
  /** Failed jobs that are still listed, and how many of them had fewer tries than wanted. */
  dead: z.int(),
  deadWithMoreTries: z.int(),
  /** Kinds of jobs by their name: what takes longer than wanted, what takes more than half of it, and what has a longer time of its own. */
  cutOff: z.array(z.string()),
  tight: z.array(z.string()),
  untouched: z.array(z.string()),
  givenUpAfterSeconds: z.int(),
  /** The value of `KARIBU_QUEUES` for it; empty: leave it out. */
  setting: z.string(),
});

const dayMs = 86_400_000;

export function queueCheckRoutes({ world, jobs }: { readonly world: World; readonly jobs: JobQueue }) {
  const looks = createRateLimit(world.clock, { tries: 30, perSeconds: 600 });
  return [
    route({
      method: "POST",
      path: "/api/v1/platform/queue-checks",
      summary:
        "What other times and tries of a queue would change, by the last day: nothing is changed (platform admin)",
      permission: "platform.read",
      as: "platform",
      body: z.strictObject({
        queue: z.enum(queueNames as [string, ...string[]]),
        timeoutSeconds: z.int().min(queueRange.secondsLeast).max(queueRange.secondsMost),
        tries: z.int().min(queueRange.triesLeast).max(queueRange.triesMost),
      }),
      response: queueCheckView,
      handle: async ({ actor, body: { queue: name, ...wanted }, transact }) => {
        looks.take(actor.userId);
        const sinceMs = world.clock.wall().atMs - dayMs;
        const usual = queuesWith(new Map());
        const [now, before] = [jobs.queues, usual].map((all) => all.find((one) => one.name === name)) as [
          (typeof usual)[number],
          (typeof usual)[number],
        ];
        const waiting = (await jobs.waiting()).filter((one) => queueNameOf(one.name) === name);
        const { kinds, done, failed } = await transact((tx) => readKinds(tx, name, sinceMs));
        const dead = await transact((tx) => readDead(tx, name, wanted.tries));
        const change = judgeChange(wanted, kinds);
        return {
          queue: name,
          inForce: { ...limitsIn(now), givenUpAfterSeconds: givenUpAfter(now) },
          usual: limitsIn(before),
          waiting: waiting.reduce((sum, { count }) => sum + count, 0),
          oldestMs: waiting.length === 0 ? null : Math.round(Math.max(...waiting.map(({ oldestMs }) => oldestMs))),
          done,
          failed,
          ...dead,
          cutOff: [...change.cutOff],
          tight: [...change.tight],
          untouched: [...change.untouched],
          givenUpAfterSeconds: change.givenUpAfterSeconds,
          setting: settingOf(jobs.queues, usual, { name, ...wanted }),
        };
      },
    }),
  ];
}

const limitsIn = ({ timeoutSeconds, tries }: { timeoutSeconds: number; tries: number }) => ({ timeoutSeconds, tries });

async function readKinds(tx: Tx, queue: string, sinceMs: number) {
  const { rows } = await sql<{ name: string; done: number; failed: number; busy: number }>`
    select name, sum(done)::bigint as done, sum(failed)::bigint as failed, sum(busy_ms)::bigint as busy
    from job_counts where hour_ms >= ${sinceMs}::bigint group by 1 order by 1`.execute(tx);
  const mine = rows.filter(({ name }) => queueNameOf(name) === queue);
  const kinds = mine.map(({ name, done, failed, busy }): JobKind => {
    const runs = Number(done) + Number(failed);
    return { name, runs, averageMs: runs === 0 ? 0 : Number(busy) / runs, ownSeconds: ownSecondsOf(name) };
  });
  const sum = (of: "done" | "failed") => mine.reduce((all, row) => all + Number(row[of]), 0);
  return { kinds, done: sum("done"), failed: sum("failed") };
}

async function readDead(tx: Tx, queue: string, tries: number) {
  const row = await tx
    .selectFrom("dead_jobs")
    .select((is) => is.fn.countAll<number>().as("dead"))
    .select((is) => is.fn.countAll<number>().filterWhere("tries", "<", tries).as("fewer"))
    .where("queue", "=", queue)
    .executeTakeFirstOrThrow();
  return { dead: Number(row.dead), deadWithMoreTries: Number(row.fewer) };
}
