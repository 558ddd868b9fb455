/**
 * The hub's recurring work: deletes what need not be kept, ends graces, re-encrypts secrets. Every hub
 * process checks often, and the table decides, so that each job runs once per period, however many processes there
 * are, and people can see when it ran last and what it did.
 */
import { cutText } from "@karibu/protocol/whole-text";
import type { Timer, World } from "@karibu/protocol/world";
import type { Database } from "../../ground/db/database.ts";
import type { MaintenanceJob } from "../../ground/jobs/maintenance-job.ts";

export interface Maintenance {
  start(): Promise<void>;
  stop(): Promise<void>;
  /** Runs what is due now; for tests and the simulation. */
  runDue(): Promise<void>;
}

const lookEveryMs = 60_000;
/** If a process died during a job, another one takes it after this time. */
const abandonedMs = 30 * 60_000;

export function createMaintenance(world: World, database: Database, jobs: readonly MaintenanceJob[]): Maintenance {
  let timer: Timer | null = null;
  let isStopped = true;
  let isEnding = false;

  /** False: it is not due, or another process has it. */
  function take(job: MaintenanceJob): Promise<boolean> {
    const nowMs = world.clock.wall().atMs;
    return database.asPlatform("upkeep", async (tx) => {
      const fresh = { every_ms: job.everyMs, started_at_ms: nowMs, finished_at_ms: null, outcome: null, failed: false };
      const made = await tx
        .insertInto("upkeep_runs")
        .values({ name: job.name, ...fresh })
        .onConflict((conflict) => conflict.column("name").doNothing())
        .returning("name")
        .executeTakeFirst();
      if (made !== undefined) return true;
      const row = await tx
        .selectFrom("upkeep_runs")
        .selectAll()
        .where("name", "=", job.name)
        .forUpdate()
        .executeTakeFirstOrThrow();
      const isDue =
        row.finished_at_ms === null
          ? row.started_at_ms < nowMs - abandonedMs
          : row.started_at_ms + job.everyMs <= nowMs || row.started_at_ms > nowMs;
      if (!isDue) return false;
      await tx.updateTable("upkeep_runs").set(fresh).where("name", "=", job.name).execute();
      return true;
    });
  }

  async function runDue(): Promise<void> {
    for (const job of jobs) {
      if (isEnding) return;
      if (!(await take(job))) continue;
      const ended = await job.run().then(
        (outcome) => ({ outcome, failed: false }),
        (error: Error) => ({ outcome: cutText(error.message, 300), failed: true }),
      );
      world.log[ended.failed ? "error" : "debug"]("upkeep-run", { name: job.name, outcome: ended.outcome });
      await database.asPlatform("upkeep", (tx) =>
        tx
          .updateTable("upkeep_runs")
          .set({ ...ended, finished_at_ms: world.clock.wall().atMs })
          .where("name", "=", job.name)
          .execute(),
      );
    }
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
