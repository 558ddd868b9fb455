/**
 * The production queue: pg-boss, on either engine. Jobs come from the outbox, not directly from `send`: it would run under
 * the tenants' role, which must not see a queue that all share. Moving a job is safe to repeat, because it keeps its id.
 *
 * Each job name is a queue. `short` is pg-boss' policy for "one waiting job per key"; a job without a key uses its id.
 */
import { runWhenWoken } from "@karibu/protocol/run-when-woken";
import { sleep, type Timer, type World } from "@karibu/protocol/world";
import { fromPglite, type JobWithMetadata, PgBoss, type QueueResult } from "pg-boss";
import type { Tx } from "../db/database.ts";
import type { Engine } from "../db/engine.ts";
import type { OpenDatabase } from "../db/open-database.ts";
import { keepDead } from "./dead-jobs.ts";
import { createJobCounts } from "./job-counts.ts";
import { outboxChannel, sendAllToOutbox, sendToOutbox, waitingInOutbox } from "./outbox.ts";
import type { JobQueue, WaitingJobs, WorkOptions } from "./queue.ts";
import { type ChangedLimits, limitsOf, queueNameOf, queuesWith } from "./queues.ts";

const deadLetters = "dead-letters";
const moveMax = 500;
/** A due job is found after this time at the latest: one query for the queues of all names. */
const scoutEveryMs = 2000;
/** How often an idle worker polls, should the scout's query fail. */
const pollSeconds = 600;
/** Jobs that one worker takes at a time, when they are quick: the last one waits for the others. */
const quickBatch = 5;
/** NOTIFY can get lost with a broken connection, so the outbox is also polled. The same poll finds rows that another process left. */
const lookEveryMs = 5000;
/** Minimum time between two moves: under load many jobs share three commits. The first move does not wait. */
const moveEveryMs = 40;
/** Rows that are taken for longer belong to a process that ended. */
const takeOverAfterMs = 30_000;

interface Worker {
  /** pg-boss' name for it; null while it is being created. */
  id: string | null;
  busy: boolean;
}

/** A job with its name, because the dead letters of all names meet in one queue. */
interface Carried {
  readonly name: string;
  readonly data: object;
  readonly jobId: string;
  readonly createdAtMs: number;
}

export interface PgBossQueueOptions {
  /** Parallel jobs of one name in this process; default: see `queues.ts`. */
  readonly concurrency?: number;
  /** Of queues whose limits are not the usual ones (`queues.ts`). */
  readonly limits?: ChangedLimits;
  /** Runs a job such that its log lines carry these fields. */
  readonly within?: <Result>(fields: { readonly queue: string }, work: () => Promise<Result>) => Promise<Result>;
  /** Begins the start again where its database went away; left out: the start fails. */
  readonly whenThere?: (begin: () => Promise<void>) => Promise<void>;
}

export function createPgBossQueue(world: World, database: OpenDatabase, options: PgBossQueueOptions = {}): JobQueue {
  const boss = new PgBoss({
    ...(database.handle.kind === "embedded"
      ? { db: fromPglite(database.handle.pglite), backend: "pglite" as const }
      : connection(database.handle.pool)),
    schedule: false,
    // Jobs that wait for other jobs: there are none, and it would look for them each five seconds.
    flowIntervalSeconds: 86_400,
  });
  boss.on("error", (error) => world.log.error("jobs-error", { error: messageOf(error) }));
  boss.on("warning", (warning) => world.log.warn("jobs-warning", { message: warning.message }));

  const handlers = new Map<string, { run(data: object): Promise<void>; readonly how: WorkOptions }>();
  const queues = new Set<string>();
  /** As a start before this one left them. */
  let kept: ReadonlyMap<string, QueueResult> = new Map();
  const workers = new Map<string, Worker[]>();
  let scoutTimer: Timer | null = null;
  const counts = createJobCounts(database);
  const facts = queuesWith(options.limits ?? new Map());
  let started = false;
  let lookedMs = Number.NEGATIVE_INFINITY;
  let timer: Timer | null = null;
  let stopListening: (() => Promise<void>) | null = null;
  const moving = runWhenWoken(moveAndRest, (error) => world.log.error("jobs-move-failed", { error: String(error) }));

  /** What failed is stopped whole, so that it can be begun again: the next start finds the queues that this one made. */
  async function begin(): Promise<void> {
    try {
      await boss.start();
      kept = new Map((await boss.getQueues()).map((queue) => [queue.name, queue]));
      if (!kept.has(deadLetters)) await boss.createQueue(deadLetters);
      await registerDeadLetters();
      for (const name of handlers.keys()) await register(name);
    } catch (error) {
      await boss.stop({ graceful: false }).catch(() => {});
      queues.clear();
      workers.clear();
      throw error;
    }
  }

  async function makeQueue(name: string): Promise<void> {
    if (queues.has(name)) return;
    const { tries, timeoutSeconds } = limitsOf(facts, name);
    const limits = {
      retryLimit: tries - 1,
      retryDelay: 2,
      retryBackoff: true,
      retryDelayMax: 300,
      expireInSeconds: timeoutSeconds,
      deadLetter: deadLetters,
    };
    const before = kept.get(name);
    if (before === undefined) await boss.createQueue(name, { policy: "short", ...limits });
    else if (Object.entries(limits).some(([limit, value]) => before[limit as keyof typeof limits] !== value))
      await boss.updateQueue(name, limits);
    queues.add(name);
  }

  /**
   * Workers hardly poll: an idle worker is woken when this process moves a job out of the outbox, and when the scout, every two
   * seconds, finds a job of its name that became due. A worker that found work wakes the next one, and polls again when it is done. So all
   * work under load, and an idle hub sends one small query for all names. A job that fails is noted by itself, before pg-boss notes that
   * those left of its batch are done: it finds them by their keys, where for results of each job it would read all that wait.
   */
  async function register(name: string): Promise<void> {
    await makeQueue(name);
    const { quick = false, sideBySide } = handlers.get(name)?.how ?? {};
    const { tries, concurrency: most } = limitsOf(facts, name);
    // Jobs that only use our database run best with few workers: more of them only wait for each other.
    const concurrency = options.concurrency ?? Math.ceil(most / (quick ? 2 : 1));
    const all: Worker[] = [];
    workers.set(name, all);
    const look = { pollingIntervalSeconds: pollSeconds, includeMetadata: true } as const;
    const how = { ...look, batchSize: sideBySide ?? (quick ? quickBatch : 1) };
    const run = async (job: JobWithMetadata<Carried>) => {
      const error = await runJob(job.data, job.retryCount >= tries - 1);
      if (error !== null) await boss.fail(name, job, { message: error });
    };
    for (let count = 0; count < concurrency; count++) {
      const worker: Worker = { id: null, busy: false };
      worker.id = await boss.work<Carried, void, typeof how>(name, how, async (jobs) => {
        worker.busy = true;
        rouse(name, 1);
        try {
          if (sideBySide === undefined) for (const job of jobs) await run(job);
          else await allOf(jobs.map(run));
        } finally {
          worker.busy = false;
          if (worker.id !== null) boss.notifyWorker(worker.id);
        }
      });
      all.push(worker);
    }
  }

  /** Wakes so many idle workers of a name. Busy workers poll again by themselves. */
  function rouse(name: string, count: number): void {
    const idle = (workers.get(name) ?? []).filter(({ busy }) => !busy).slice(0, count);
    for (const { id } of idle) if (id !== null) boss.notifyWorker(id);
  }

  async function scout(): Promise<void> {
    try {
      for (const name of await namesDue()) rouse(name, 1);
    } catch (error) {
      if (started) world.log.warn("jobs-scout-failed", { error: String(error) });
    }
    if (started) scoutTimer = world.clock.after(scoutEveryMs, () => void scout());
  }

  /** Of jobs that may be taken now: new ones, and those that are tried again. A question for each name, so that a long row of one costs nothing. */
  async function namesDue(): Promise<string[]> {
    const rows = await readBoss<{ name: string }>(
      `select name from unnest($1::text[]) as asked (name) where exists (
        select from pgboss.job where job.name = asked.name and state < 'active' and start_after <= now())`,
      [[...workers.keys()]],
    );
    return rows.map(({ name }) => name);
  }

  /** The queue's tables have the database's clock, and no roles of ours. */
  async function readBoss<Row>(query: string, parameters: unknown[] = []): Promise<Row[]> {
    const { handle } = database;
    const { rows } =
      handle.kind === "embedded"
        ? await handle.pglite.query(query, parameters)
        : await handle.pool.query(query, parameters);
    return rows as Row[];
  }

  /** @returns the error; null when there was none. The last try's error is kept here, because dead letters lose it (a job that timed out has none). */
  async function runJob({ name, data, jobId, createdAtMs }: Carried, isLastTry: boolean): Promise<string | null> {
    const startedMs = world.clock.monotonicMs();
    const count = (outcome: "done" | "failed") =>
      counts.add(name, outcome, world.clock.monotonicMs() - startedMs, world.clock.wall().atMs);
    const queue = queueNameOf(name);
    const run = async () => handlers.get(name)?.run(data);
    try {
      await (options.within === undefined ? run() : options.within({ queue }, run));
    } catch (error) {
      count("failed");
      world.log.warn("job-failed", { queue, name, error: String(error) });
      if (isLastTry) {
        const { tries } = limitsOf(facts, name);
        const dead = { jobId, name, data, createdAtMs, tries, error: String(error) };
        // Whatever happens here, the queue must hear how each job of the batch ended; the dead letter keeps it too.
        await database
          .asPlatform("keep-dead-job", (tx) => keepDead(world, tx, dead))
          .catch((failure: unknown) => world.log.warn("dead-job-not-kept", { queue, name, error: String(failure) }));
      }
      return String(error);
    }
    count("done");
    return null;
  }

  /** Jobs that failed for good go to the list that people read. The scout finds them too. */
  async function registerDeadLetters(): Promise<void> {
    const options = { includeMetadata: true, pollingIntervalSeconds: pollSeconds } as const;
    const worker: Worker = { id: null, busy: false };
    workers.set(deadLetters, [worker]);
    worker.id = await boss.work<Carried, void, typeof options>(deadLetters, options, async (jobs) => {
      for (const job of jobs) {
        const { name, data, jobId, createdAtMs } = job.data;
        const nowMs = world.clock.wall().atMs;
        const { message } = (job.output ?? {}) as { message?: string };
        const { tries } = limitsOf(facts, name);
        const dead = { jobId, name, data, createdAtMs, tries, error: message ?? null };
        await database.asPlatform("keep-dead-job", (tx) => keepDead(world, tx, dead));
        counts.add(name, "dead", 0, nowMs);
        world.log.error("job-dead", { queue: queueNameOf(name), name, jobId });
      }
    });
  }

  function wake(): void {
    if (started) moving.wake();
  }

  async function moveAndRest(): Promise<void> {
    if (!started) return;
    timer?.cancel();
    const startedMs = world.clock.monotonicMs();
    const isLook = startedMs - lookedMs >= lookEveryMs;
    if (isLook) lookedMs = startedMs;
    try {
      await move(isLook);
    } finally {
      if (isLook)
        await counts.flush().catch((error: unknown) => world.log.warn("job-counts-lost", { error: String(error) }));
      if (moving.isWoken) await sleep(world.clock, Math.max(0, startedMs + moveEveryMs - world.clock.monotonicMs()));
      else if (started) timer = world.clock.after(lookEveryMs, wake);
    }
  }

  /** Taken rows no longer count as waiting, so that the same job sent meanwhile is another job. */
  async function take(tx: Tx, isLook: boolean) {
    const nowMs = world.clock.wall().atMs;
    const first = tx.selectFrom("job_outbox").select("jobId").orderBy("seq").limit(moveMax).forUpdate().skipLocked();
    // Two queries, because each has an index: one for both would read all the remains of old jobs.
    const next = await first.where("state", "=", "waiting").execute();
    if (isLook) {
      const stale = first.where("state", "=", "moving").where("takenAtMs", "<", nowMs - takeOverAfterMs);
      next.push(...(await stale.execute()));
      next.push(...(await first.where("state", "=", "held").where("runAtMs", "<=", nowMs).execute()));
    }
    if (next.length === 0) return [];
    const ids = next.map((row) => row.jobId);
    const rows = await tx
      .updateTable("job_outbox")
      .set({ state: "moving", takenAtMs: nowMs })
      .where("jobId", "in", ids)
      .returning(["jobId", "seq", "name", "data", "singletonKey", "runAtMs", "createdAtMs"])
      .execute();
    return rows.sort((one, other) => one.seq - other.seq);
  }

  /** What `take` would find at a look: one statement where there is nothing, which is nearly always. */
  async function hasSome(): Promise<boolean> {
    const nowMs = world.clock.wall().atMs;
    const rows = await readBoss<{ yes: boolean }>(
      `select exists (select from job_outbox where state = 'waiting')
        or exists (select from job_outbox where state = 'moving' and taken_at_ms < $1)
        or exists (select from job_outbox where state = 'held' and run_at_ms <= $2) as yes`,
      [nowMs - takeOverAfterMs, nowMs],
    );
    return rows[0]?.yes === true;
  }

  async function move(isLook: boolean): Promise<void> {
    if (isLook && !(await hasSome())) return;
    for (;;) {
      const rows = await database.asPlatform("take-from-outbox", (tx) => take(tx, isLook));
      if (rows.length === 0) return;
      for (const [name, jobs] of Map.groupBy(rows, (row) => row.name)) {
        await makeQueue(name);
        await boss.insert(
          name,
          jobs.map((job) => ({
            id: job.jobId,
            data: { name, data: job.data, jobId: job.jobId, createdAtMs: job.createdAtMs } satisfies Carried,
            singletonKey: job.singletonKey ?? job.jobId,
            // A delay, not a moment: the database's clock may be another than this one, and a job would run at once or never.
            startAfter: Math.max(0, job.runAtMs - world.clock.wall().atMs) / 1000,
          })),
        );
        // Of those that are due: the scout finds the others when their time comes.
        rouse(name, jobs.filter((job) => job.runAtMs <= world.clock.wall().atMs).length);
      }
      const moved = rows.map((row) => row.jobId);
      await database.asPlatform("empty-outbox", (tx) =>
        tx.deleteFrom("job_outbox").where("jobId", "in", moved).execute(),
      );
      if (rows.length < moveMax) return;
    }
  }

  /** Those that were moved out of the outbox, and are due. */
  function waitingAtBoss(): Promise<WaitingJobs[]> {
    return readBoss(`select name, count(*)::int as count,
        (extract(epoch from now() - min(greatest(start_after, created_on))) * 1000)::float8 as "oldestMs"
      from pgboss.job where state < 'active' and start_after <= now() and name <> '${deadLetters}' group by name`);
  }

  return {
    queues: facts,
    async waiting() {
      const inOutbox = await database.asPlatform("waiting-jobs", (tx) => waitingInOutbox(tx, world.clock.wall().atMs));
      return [...inOutbox, ...(started ? await waitingAtBoss() : [])];
    },
    send: sendToOutbox(world, lookEveryMs),
    sendAll: sendAllToOutbox(world),
    wake,
    async work(name, handler, how: WorkOptions = {}) {
      handlers.set(name, { run: handler, how });
      if (started) await register(name);
    },
    async start() {
      await (options.whenThere ?? ((start) => start()))(begin);
      started = true;
      void scout();
      stopListening = await database.listen(outboxChannel, wake);
      wake();
    },
    async stop() {
      started = false;
      timer?.cancel();
      scoutTimer?.cancel();
      await stopListening?.();
      await moving.settled();
      await boss.stop({ graceful: true, timeout: 10_000 });
      await counts.flush().catch(() => {});
    },
  };
}

/** The queue's own tables, in a database that nobody else has open. A start finds them, or makes them itself. */
export async function makeQueues({ handle }: Pick<Engine, "handle">): Promise<void> {
  if (handle.kind !== "embedded") throw new TypeError("the files of a fresh database are those of the embedded engine");
  const boss = new PgBoss({
    db: fromPglite(handle.pglite),
    backend: "pglite",
    schedule: false,
    supervise: false,
  });
  await boss.start();
  await boss.createQueue(deadLetters);
  await boss.stop({ graceful: false, close: false });
}

/** Waits for each of them, also where one fails. */
async function allOf(works: readonly Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(works)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") throw failed.reason;
}

/** What pg-boss reports is not always an Error: the fields of one, with a queue beside them. */
function messageOf(error: unknown): string {
  const { message } = (error ?? {}) as { readonly message?: unknown };
  if (error instanceof Error) return String(error);
  return typeof message === "string" ? message : (JSON.stringify(error) ?? String(error));
}

/** pg-boss gets separate connections, so that its long queries and the hub's never wait for each other. */
function connection(pool: { readonly options: { readonly connectionString?: string | undefined } }) {
  const { connectionString } = pool.options;
  if (connectionString === undefined) throw new TypeError("the pool was made without a connection string");
  return { connectionString, max: 4 };
}
