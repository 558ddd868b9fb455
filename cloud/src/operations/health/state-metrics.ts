/** What waits and what is wrong, read at each scrape: from the database, so that all processes report the same, and from this process. */

import { sleep, type World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Registry } from "prom-client";
import type { Database } from "../../ground/db/database.ts";
import type { PoolFigures } from "../../ground/db/pool-figures.ts";
import { jobsFailed } from "../../ground/jobs/job-figures.ts";
import type { JobQueue, WaitingJobs } from "../../ground/jobs/queue.ts";
import { queueNameOf, queueNames } from "../../ground/jobs/queues.ts";
import { mailsFailed, mailsWaiting } from "../../ground/mail/mail-figures.ts";
import type { SpoolFigures } from "../../ground/spool/spool.ts";
import { channelsOn, channelsRefused, initiatorsRefused } from "../../money/channels/channel-figures.ts";
import { undecidedPurchases } from "../../money/purchases/waiting.ts";
import { oldestUnsent, revocationsUnsent } from "../back-ups/back-up-figures.ts";
import { addReadFigure, type ReadFigure } from "./read-figure.ts";

export interface StateParts {
  readonly world: World;
  readonly database: Database;
  readonly jobs: Pick<JobQueue, "waiting">;
  /** Left out: the engine has no pool. */
  readonly pool?: (() => readonly PoolFigures[]) | undefined;
  /** Left out: this hub has no spool. */
  readonly spool?: (() => SpoolFigures) | undefined;
}

/** A database that hangs must not keep the figures back that say so. */
const answerMsMax = 3000;
const dayMs = 86_400_000;

interface State {
  readonly one: Readonly<Record<string, number>>;
  readonly jobs: readonly WaitingJobs[];
}

export function addStateMetrics(registry: Registry, { world, database, jobs, pool, spool }: StateParts): void {
  const { clock } = world;
  let reading: Promise<State | null> | null = null;

  async function read(): Promise<State> {
    const nowMs = clock.wall().atMs;
    const one = await database.asPlatform("metrics", async (tx) => {
      const { rows } = await sql<Record<string, number>>`
        select ${jobsFailed()} as "deadJobs",
          ${mailsWaiting} as "mailWaiting",
          ${mailsFailed(nowMs - dayMs)} as "mailFailed",
          ${channelsOn} as "channels",
          ${channelsRefused} as "keysRefused",
          ${initiatorsRefused} as "initiatorsRefused",
          ${undecidedPurchases} as undecided,
          ${revocationsUnsent} as "revocationsUnsent",
          coalesce(${nowMs} - ${oldestUnsent}, 0) as "revocationsUnsentMs"`.execute(tx);
      return rows[0] ?? {};
    });
    return { one, jobs: await jobs.waiting() };
  }

  /** All gauges of one scrape share it. Null: the database does not answer. */
  function state(): Promise<State | null> {
    reading ??= Promise.race([read().catch(() => null), sleep(clock, answerMsMax).then(() => null)]).finally(() => {
      reading = null;
    });
    return reading;
  }

  function add(name: string, help: string, labelNames: string[], collect: (gauge: ReadFigure) => Promise<void> | void) {
    addReadFigure(registry, { name, help, labelNames }, async (figure) => {
      figure.reset();
      await collect(figure);
    });
  }
  const fromState = (
    name: string,
    help: string,
    labelNames: string[],
    set: (gauge: ReadFigure, state: State) => void,
  ) =>
    add(name, help, labelNames, async (gauge) => {
      const found = await state();
      if (found !== null) set(gauge, found);
    });
  const single = (name: string, help: string, field: string) =>
    fromState(name, help, [], (gauge, { one }) => gauge.set(Number(one[field] ?? 0)));

  add("karibu_database_up", "1: the database answers this process", [], async (gauge) =>
    gauge.set((await state()) === null ? 0 : 1),
  );
  single("karibu_jobs_dead", "Jobs that failed for good, and wait for a person", "deadJobs");
  single("karibu_mail_waiting", "Letters that wait for the mail server", "mailWaiting");
  single("karibu_mail_failed", "Letters of the last day that it did not take", "mailFailed");
  single("karibu_payments_undecided", "Payments of which nobody knows yet what became of them", "undecided");
  single("karibu_revocations_unsent", "Revocations that wait for the back-up store", "revocationsUnsent");
  fromState(
    "karibu_revocations_unsent_age_seconds",
    "For how long the oldest of them has waited",
    [],
    (gauge, { one }) => gauge.set(Math.max(0, Number(one.revocationsUnsentMs ?? 0)) / 1000),
  );
  fromState(
    "karibu_channels",
    "Payment channels in use, and of them those that need their owners",
    ["state"],
    (gauge, { one }) => {
      gauge.set({ state: "active" }, Number(one.channels ?? 0));
      gauge.set({ state: "keys-refused" }, Number(one.keysRefused ?? 0));
      gauge.set({ state: "initiator-refused" }, Number(one.initiatorsRefused ?? 0));
    },
  );
  const perQueue = (name: string, help: string, of: (jobs: readonly WaitingJobs[]) => number) =>
    fromState(name, help, ["queue"], (gauge, found) => {
      const byQueue = Map.groupBy(found.jobs, (each) => queueNameOf(each.name));
      for (const queue of queueNames) gauge.set({ queue }, of(byQueue.get(queue) ?? []));
    });
  perQueue("karibu_queue_waiting", "Jobs that are due and wait", (of) => of.reduce((sum, { count }) => sum + count, 0));
  perQueue("karibu_queue_oldest_seconds", "For how long the oldest of them has been due", (of) =>
    Math.max(0, ...of.map(({ oldestMs }) => oldestMs / 1000)),
  );

  if (pool !== undefined) {
    add("karibu_database_connections", "Connections to the database of this process", ["pool", "state"], (gauge) => {
      for (const { pool: name, used, idle } of pool()) {
        gauge.set({ pool: name, state: "used" }, used);
        gauge.set({ pool: name, state: "idle" }, idle);
      }
    });
    add("karibu_database_waiting", "Transactions that wait for a connection", ["pool"], (gauge) => {
      for (const { pool: name, waiting } of pool()) gauge.set({ pool: name }, waiting);
    });
  }
  if (spool !== undefined) addSpoolMetrics(add, spool, () => clock.wall().atMs);
}

function addSpoolMetrics(
  add: (name: string, help: string, labelNames: string[], collect: (gauge: ReadFigure) => void) => void,
  figures: () => SpoolFigures,
  nowMs: () => number,
): void {
  add("karibu_callback_spool_bytes", "Callbacks on disk that wait for the database", [], (gauge) =>
    gauge.set(figures().bytes),
  );
  add("karibu_callback_spool_bytes_max", "How much may wait there", [], (gauge) => gauge.set(figures().bytesMax));
  add("karibu_callback_spool_oldest_seconds", "For how long the oldest of them has waited", [], (gauge) => {
    const { oldestAtMs } = figures();
    gauge.set(oldestAtMs === null ? 0 : Math.max(0, nowMs() - oldestAtMs) / 1000);
  });
  add("karibu_callback_spool_total", "Callbacks for the spool since the start, by outcome", ["outcome"], (gauge) => {
    const { kept, handedOn, full, failed } = figures();
    gauge.set({ outcome: "kept" }, kept);
    gauge.set({ outcome: "booked" }, handedOn);
    gauge.set({ outcome: "full" }, full);
    gauge.set({ outcome: "refused" }, failed);
  });
  add("karibu_callback_spool_files", "Files in the spool that need a person", ["kind"], (gauge) => {
    gauge.set({ kind: "held" }, figures().held);
    gauge.set({ kind: "damaged" }, figures().damaged);
  });
}
