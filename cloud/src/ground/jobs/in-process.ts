/**
 * The deterministic queue for the simulation: one job at a time, ordered by due time and then by creation,
 * by the world's clock. Jobs stay in the outbox until they are done, so they survive a restart. Several processes share one outbox only where each knows
 * what the others run.
 */
import { runWhenWoken } from "@karibu/protocol/run-when-woken";
import type { Timer, World } from "@karibu/protocol/world";
import type { Database, Tx } from "../db/database.ts";
import { keepDead } from "./dead-jobs.ts";
import { outboxChannel, retryDelayMs, sendAllToOutbox, sendToOutbox, waitingInOutbox } from "./outbox.ts";
import type { JobQueue } from "./queue.ts";
import { type ChangedLimits, limitsOf, queueNameOf, queuesWith } from "./queues.ts";

export interface InProcessQueue extends JobQueue {
  /** The id of the job that runs now. */
  running(): string | null;
  /** Resolves when no job is due and none runs. It does not wait for jobs that become due later. */
  settled(): Promise<void>;
}

interface DueJob {
  readonly jobId: string;
  readonly name: string;
  readonly data: object;
  readonly tries: number;
  readonly createdAtMs: number;
}

/** `nextAtMs`: where none is due, when one will be. */
interface Looked {
  readonly job: DueJob | null;
  readonly nextAtMs: number | null;
}

/** After a failure of the database the queue looks again so late. */
const againAfterMs = 5000;

/** @param options.runningElsewhere ids of the jobs that other processes run now; left out: there is no other process */
export function createInProcessQueue(
  world: World,
  database: Database,
  options: { readonly limits?: ChangedLimits; readonly runningElsewhere?: () => readonly string[] } = {},
): InProcessQueue {
  const queues = queuesWith(options.limits ?? new Map());
  const handlers = new Map<string, (data: object) => Promise<void>>();
  let started = false;
  let isUnsure = false;
  let runningId: string | null = null;
  let timer: Timer | null = null;
  let stopListening: (() => Promise<void>) | null = null;
  const draining = runWhenWoken(drain, (error) => world.log.error("jobs-drain-failed", { error: String(error) }));

  function wake(): void {
    if (started) draining.wake();
  }

  async function drain(): Promise<void> {
    timer?.cancel();
    try {
      if (started && isUnsure) await takeBack();
      let done: DueJob | null = null;
      for (;;) {
        const job: DueJob | null = await takeDue(done);
        if (job === null) break;
        done = await runJob(job);
      }
    } catch (error) {
      // A database that failed (a full disk) may have left a job as running, and says nothing when it is well again.
      isUnsure = true;
      if (started) timer = world.clock.after(againAfterMs, wake);
      throw error;
    }
  }

  /** Jobs run one at a time: what is marked as running while nobody runs it was left by a former process, or by a failure. It is tried again. */
  async function takeBack(): Promise<void> {
    await database.asPlatform("take-back-jobs", (tx) =>
      tx
        .updateTable("job_outbox")
        .set({ state: "waiting" })
        .where("state", "=", "running")
        .where("jobId", "not in", ["", ...(options.runningElsewhere?.() ?? [])])
        .execute(),
    );
    isUnsure = false;
  }

  /**
   * Marks it as running, so that the same job sent meanwhile is another job; the one that is `done` goes. Null: none is due, and this wakes when the next one
   * is.
   */
  async function takeDue(done: DueJob | null): Promise<DueJob | null> {
    if (!started && done === null) return null;
    const looked = await database.asPlatform("take-job", async (tx): Promise<Looked> => {
      runningId = null;
      if (done !== null) await tx.deleteFrom("job_outbox").where("jobId", "=", done.jobId).execute();
      if (!started) return { job: null, nextAtMs: null };
      const next = await readNext(tx);
      if (next === null || !isDue(next)) return { job: null, nextAtMs: next?.runAtMs ?? null };
      const { runAtMs: _, singletonKey, ...job } = next;
      const tries = job.tries + 1;
      await tx
        .updateTable("job_outbox")
        .set({ state: "running", tries, takenAtMs: world.clock.wall().atMs })
        .where("jobId", "=", job.jobId)
        .execute();
      if (singletonKey !== null && tries === 1) await dropNamesakes(tx, job.name, singletonKey);
      runningId = job.jobId;
      return { job: { ...job, tries }, nextAtMs: null };
    });
    if (looked.nextAtMs !== null && started) {
      timer?.cancel();
      timer = world.clock.after(Math.max(0, looked.nextAtMs - world.clock.wall().atMs), wake);
    }
    return looked.job;
  }

  /** Those that wait for their first try beside it are the same job. */
  async function dropNamesakes(tx: Tx, name: string, singletonKey: string): Promise<void> {
    await tx
      .deleteFrom("job_outbox")
      .where("state", "=", "waiting")
      .where("tries", "=", 0)
      .where("name", "=", name)
      .where("singletonKey", "=", singletonKey)
      .execute();
  }

  const isDue = ({ runAtMs }: { readonly runAtMs: number }): boolean => runAtMs <= world.clock.wall().atMs;

  async function readNext(tx: Tx) {
    const row = await tx
      .selectFrom("job_outbox")
      .select(["jobId", "name", "data", "tries", "createdAtMs", "runAtMs", "singletonKey"])
      .where("state", "in", ["waiting", "held"])
      .where("name", "in", [...handlers.keys(), ""])
      .orderBy("runAtMs")
      .orderBy("seq")
      .limit(1)
      .executeTakeFirst();
    return row ?? null;
  }

  /** @returns it, where it is done */
  async function runJob(job: DueJob): Promise<DueJob | null> {
    try {
      await handlers.get(job.name)?.(job.data);
      return job;
    } catch (error) {
      await failed(job, error);
      return null;
    }
  }

  async function failed(job: DueJob, error: unknown): Promise<void> {
    const { tries } = job;
    const dead = tries >= limitsOf(queues, job.name).tries;
    const queue = queueNameOf(job.name);
    world.log.warn(dead ? "job-dead" : "job-failed", { queue, name: job.name, tries, error: String(error) });
    await database.asPlatform("job-failed", async (tx) => {
      if (dead)
        await keepDead(world, tx, {
          ...job,
          jobId: job.jobId,
          createdAtMs: job.createdAtMs,
          error: String(error),
        });
      if (dead) return tx.deleteFrom("job_outbox").where("jobId", "=", job.jobId).execute();
      return tx
        .updateTable("job_outbox")
        .set({
          state: "waiting",
          lastError: String(error),
          runAtMs: world.clock.wall().atMs + retryDelayMs(tries),
        })
        .where("jobId", "=", job.jobId)
        .execute();
    });
  }

  return {
    queues,
    running: () => runningId,
    waiting: () => database.asPlatform("waiting-jobs", (tx) => waitingInOutbox(tx, world.clock.wall().atMs)),
    send: sendToOutbox(world),
    sendAll: sendAllToOutbox(world),
    wake,
    async work(name, handler) {
      handlers.set(name, handler);
      wake();
    },
    async start() {
      await takeBack();
      started = true;
      stopListening = await database.listen(outboxChannel, wake);
      wake();
    },
    async stop() {
      started = false;
      timer?.cancel();
      await stopListening?.();
      stopListening = null;
      await draining.settled();
    },
    async settled() {
      for (;;) {
        await draining.settled();
        const next = started ? await database.asPlatform("any-job-due", readNext) : null;
        if (next === null || !isDue(next)) return;
        wake();
      }
    },
  };
}
