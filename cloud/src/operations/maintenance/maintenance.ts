/**
 * The hub's recurring work: deletes what need not be kept, ends graces, re-encrypts secrets. Every hub
 * process checks often, and the table decides, so that each job runs once per period, however many processes there
 * are, and people can see when it ran last and what it did. Jobs run one after the other, each for its time at most: one that hangs (a disk of the
 * network that is away) is noted as failed and left aside, and this process begins it again only after it has ended.
 */
import { cutText } from "@karibu/protocol/whole-text";
import type { Timer, World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import { type MaintenanceJob, runMsMax, runMsUsual } from "../../ground/jobs/maintenance-job.ts";

export interface Maintenance {
  /** Of its jobs. The table may have others, which a hub ran before with a module, or in another release. */
  readonly names: readonly string[];
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Runs what is due now; for tests and the simulation. */
  runDue(): Promise<void>;
}

const lookEveryMs = 60_000;
/** If a process died during a job, another one takes it after this time. */
const abandonedMs = runMsMax;

/** A run that was taken. */
interface Taken {
  readonly job: MaintenanceJob;
  readonly startedAtMs: number;
}

interface Ended {
  readonly name: string;
  readonly startedAtMs: number;
  readonly outcome: string;
  readonly failed: boolean;
  readonly finishedAtMs: number;
}

interface LastRun {
  readonly startedAtMs: number;
  readonly finishedAtMs: number | null;
}

/** A run in the future is one of a clock that went wrong. */
function isDue(last: LastRun | undefined, everyMs: number, nowMs: number): boolean {
  if (last === undefined) return true;
  if (last.finishedAtMs === null) return Math.abs(nowMs - last.startedAtMs) > abandonedMs;
  return last.startedAtMs + everyMs <= nowMs || last.startedAtMs > nowMs;
}

/** The same, of the row as it stands when it is taken: another process may have been first. */
const isDueSql = (everyMs: number, nowMs: number) => sql<boolean>`case
  when upkeep_runs.finished_at_ms is null then abs(upkeep_runs.started_at_ms - ${nowMs}::bigint) > ${abandonedMs}::bigint
  else upkeep_runs.started_at_ms <= ${nowMs - everyMs}::bigint or upkeep_runs.started_at_ms > ${nowMs}::bigint end`;

/** As if each had run and found nothing, in one statement. */
async function noteIdle(tx: Tx, idle: readonly MaintenanceJob[], nowMs: number): Promise<void> {
  const ran = { startedAtMs: nowMs, finishedAtMs: nowMs, outcome: "nothing to do", failed: false };
  await tx
    .insertInto("upkeep_runs")
    .values(idle.map(({ name, everyMs }) => ({ name, everyMs, ...ran })))
    .onConflict((conflict) =>
      conflict
        .column("name")
        .doUpdateSet((is) => ({ ...ran, everyMs: is.ref("excluded.everyMs") }))
        // Another process is at it, unless it left it.
        .where((is) =>
          is.or([
            is("upkeep_runs.finishedAtMs", "is not", null),
            is("upkeep_runs.startedAtMs", "<", nowMs - abandonedMs),
          ]),
        ),
    )
    .execute();
}

export function createMaintenance(world: World, database: Database, jobs: readonly MaintenanceJob[]): Maintenance {
  let timer: Timer | null = null;
  let isStopped = true;
  let isEnding = false;
  /** Names of those that this process began, and that went on after their time. */
  const hanging = new Set<string>();

  /**
   * What is due by the table, as one look sees it: which of it has work, and which has none and is noted as run. Where that question fails, all that is
   * due runs: each finds out by itself, and what one room asks wrongly holds up no other's work.
   */
  async function readDue(): Promise<readonly MaintenanceJob[]> {
    try {
      return await readDueBy(({ hasWork }) => hasWork !== undefined);
    } catch (error) {
      world.log.warn("upkeep-not-asked", { error: String(error) });
      return readDueBy(() => false);
    }
  }

  function readDueBy(isAsked: (job: MaintenanceJob) => boolean): Promise<readonly MaintenanceJob[]> {
    const nowMs = world.clock.wall().atMs;
    return database.asPlatform("upkeep", async (tx) => {
      const rows = await tx.selectFrom("upkeep_runs").select(["name", "startedAtMs", "finishedAtMs"]).execute();
      const last = new Map(rows.map((row) => [row.name, row]));
      const due = jobs.filter(({ name, everyMs }) => !hanging.has(name) && isDue(last.get(name), everyMs, nowMs));
      const asked = due.filter(isAsked);
      if (asked.length === 0) return due;
      const found = await sql<{ name: string }>`${sql.join(
        asked.map(({ name, hasWork }) => sql`select ${name}::text as name where ${hasWork?.(nowMs)}`),
        sql` union all `,
      )}`.execute(tx);
      const busy = new Set(found.rows.map(({ name }) => name));
      const idle = asked.filter(({ name }) => !busy.has(name));
      if (idle.length > 0) await noteIdle(tx, idle, nowMs);
      return due.filter((job) => !idle.includes(job));
    });
  }

  /**
   * One transaction: writes what came of the job before, unless it was taken again since, and takes this one. Returns null where that is not due, or
   * another process has it. `ended`, `job` null: nothing is to be written, or taken.
   */
  function passOn(ended: Ended | null, job: MaintenanceJob | null): Promise<Taken | null> {
    const nowMs = world.clock.wall().atMs;
    return database.asPlatform("upkeep", async (tx) => {
      if (ended !== null) {
        const { name, startedAtMs, ...how } = ended;
        await tx
          .updateTable("upkeep_runs")
          .set(how)
          .where("name", "=", name)
          .where("startedAtMs", "=", startedAtMs)
          .execute();
      }
      if (job === null) return null;
      const fresh = { everyMs: job.everyMs, startedAtMs: nowMs, finishedAtMs: null, outcome: null, failed: false };
      const taken = await tx
        .insertInto("upkeep_runs")
        .values({ name: job.name, ...fresh })
        .onConflict((conflict) => conflict.column("name").doUpdateSet(fresh).where(isDueSql(job.everyMs, nowMs)))
        .returning("name")
        .executeTakeFirst();
      return taken === undefined ? null : { job, startedAtMs: nowMs };
    });
  }

  async function runDue(): Promise<void> {
    let ended: Ended | null = null;
    try {
      for (const job of await readDue()) {
        if (isEnding) return;
        const taken: Taken | null = await passOn(ended, job);
        ended = null;
        if (taken !== null) ended = await run(taken);
      }
    } finally {
      if (ended !== null) await passOn(ended, null);
    }
  }

  /** What came of it, or that its time is over. */
  async function run({ job, startedAtMs }: Taken): Promise<Ended> {
    const { name, mostMs = runMsUsual } = job;
    const note = (how: Pick<Ended, "outcome" | "failed">): Ended => {
      world.log[how.failed ? "error" : "debug"]("upkeep-run", { name, outcome: how.outcome });
      return { name, startedAtMs, ...how, finishedAtMs: world.clock.wall().atMs };
    };
    const working = job
      .run(() => isEnding)
      .then(
        (outcome) => ({ outcome, failed: false }),
        (error: Error) => ({ outcome: cutText(error.message, 300), failed: true }),
      );
    const over = Promise.withResolvers<null>();
    const limit = world.clock.after(mostMs, () => over.resolve(null));
    const how = await Promise.race([working, over.promise]);
    limit.cancel();
    if (how !== null) return note(how);
    hanging.add(name);
    void working
      .then((late) => {
        hanging.delete(name);
        return passOn(note(late), null);
      })
      .catch((error: Error) => {
        if (!isEnding) world.log.error("upkeep-failed", { message: error.message });
      });
    const outcome = `has not ended within ${Math.round(mostMs / 60_000)} minutes: this process begins it again only once it has`;
    return note({ outcome, failed: true });
  }

  function look(): void {
    if (isStopped) return;
    const ran = runDue().catch((error: Error) => {
      if (!isEnding) world.log.error("upkeep-failed", { message: error.message });
    });
    void ran.then(() => {
      if (!isStopped) timer = world.clock.after(lookEveryMs, look);
    });
  }

  return {
    names: jobs.map(({ name }) => name),
    async start() {
      isStopped = false;
      timer = world.clock.after(lookEveryMs, look);
    },
    /** A job under way is left: it runs again at the next start, or another process takes it. */
    async stop() {
      isStopped = true;
      isEnding = true;
      timer?.cancel();
    },
    runDue,
  };
}
