/**
 * Makes the back-ups that were ordered or are due, and takes restores through their steps. Its work is in the tables: what a process leaves
 * behind when it ends, it or another one goes on with.
 */
import { Fault } from "@karibu/protocol/fault";
import { sleep, type Timer, type World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { Problem } from "../../ground/http/problem.ts";
import { ordersBetween } from "../router-orders/orders-between.ts";
import { backUpKeyOf } from "../set-up/script-secrets.ts";
import {
  backUpsChannel,
  backUpsWait,
  endLate,
  failBackUp,
  hold,
  keepBackUp,
  noteProgress,
  putOff,
  readEarlierCauses,
  readFile,
  readPrevious,
  type Taken,
  takeBackUps,
} from "./back-up-store.ts";
import { compareExports } from "./compare-exports.ts";
import { type Fetched, fetchBackUp, judgeFault } from "./fetch-back-up.ts";
import { createRestores, restoresWait } from "./run-restores.ts";
import { haveSchedules, orderDue } from "./schedules.ts";
import { type Cause, onlyNew, whoChanged } from "./who-changed.ts";
import type { BackUpWorkerParts } from "./worker-parts.ts";

export interface BackUpWorker {
  start(): Promise<void>;
  /** Looks for work now; what it begins runs on by itself. Rejects with the database's error. */
  look(): Promise<void>;
  /** Waits for what is under way. */
  settled(): Promise<void>;
  stop(): Promise<void>;
}

/** New orders wake it sooner. */
const sweepEveryMs = 20_000;
/** Each holds up to 8 MiB. */
const atOnceMax = 4;
const triesMax = 5;
const scheduleEveryMs = 5 * 60_000;
const progressEveryMs = 2000;

export function createBackUpWorker(world: World, parts: BackUpWorkerParts): BackUpWorker {
  const { database, callSite, processId, reader, sweeps } = parts;
  const { clock } = world;
  const running = new Map<string, Promise<void>>();
  const ending = new AbortController();
  const restores = createRestores(world, parts, ending.signal);
  let timer: Timer | null = null;
  let looking: Promise<void> = Promise.resolve();
  let stopListening: (() => Promise<void>) | null = null;
  let stopSweep = () => {};
  let scheduledAtMs = Number.NEGATIVE_INFINITY;
  const isScheduleDue = () => Math.abs(clock.wall().atMs - scheduledAtMs) >= scheduleEveryMs;

  async function look(): Promise<void> {
    if (isScheduleDue()) {
      scheduledAtMs = clock.wall().atMs;
      await orderDue(parts, processId);
    }
    const nowMs = clock.wall().atMs;
    const { due, late } = await database.asPlatform("router-back-ups", async (tx) => ({
      late: await endLate(tx, nowMs),
      due: await takeBackUps(tx, processId, nowMs, Math.max(0, atOnceMax - running.size)),
    }));
    for (const { providerId, siteId } of late)
      await database.asProvider(providerId, (tx) =>
        parts.emit(tx, providerId, { topic: "router", id: siteId, action: "back-up-failed" }),
      );
    for (const taken of due) run(taken);
    await restores.look();
  }

  function run(taken: Taken): void {
    const work = make(taken)
      .catch((error: unknown) =>
        world.log.error("router-back-up-failed", { siteId: taken.siteId, error: String(error) }),
      )
      .finally(() => running.delete(taken.backUpId));
    running.set(taken.backUpId, work);
  }

  async function make(taken: Taken): Promise<void> {
    const { providerId, siteId, backUpId, tries } = taken;
    const asProvider = <Result>(work: Parameters<typeof database.asProvider<Result>>[1]) =>
      database.asProvider(providerId, work);
    const password = await asProvider((tx) => backUpKeyOf(parts, tx, taken));
    let notedAtMs = Number.NEGATIVE_INFINITY;
    const progress = async (bytes: number) => {
      if (clock.monotonicMs() - notedAtMs < progressEveryMs) return;
      notedAtMs = clock.monotonicMs();
      await asProvider(async (tx) => {
        await noteProgress(tx, taken, bytes, clock.wall().atMs);
        await parts.emit(tx, providerId, { topic: "router", id: siteId, action: "back-up-progress" });
      });
    };
    const order = {
      siteId,
      // What an agent forgot is made anew under another name.
      nonce: `${backUpId}.${tries}`,
      actor: taken.orderedByName,
      expiresAtMs: taken.expiresAtMs,
      password,
    };
    const stopHolding = keepHeld(taken);
    const fetched = await fetchBackUp(world, callSite, order, progress, ending.signal)
      .catch((error: unknown): Fetched => judgeFault(error))
      .finally(stopHolding);
    if (ending.signal.aborted) return;
    const isLater = fetched.kind === "later";
    if (isLater && tries < triesMax) return asProvider((tx) => putOff(tx, taken, clock.wall().atMs + 30_000 * tries));
    if (fetched.kind !== "done")
      return asProvider((tx) => failBackUp(parts, tx, taken, isLater ? "The site was away each time." : fetched.why));
    const causes = await readCauses(siteId);
    await asProvider(async (tx) => {
      const before = await readPrevious(tx, siteId, backUpId);
      const now = fetched.files.get("export")?.toString() ?? "";
      const differences =
        before === null ? null : compareExports((await readFile(parts, tx, before, "export")).toString(), now).length;
      const sinceMs = before?.endedAtMs ?? 0;
      const ours = before === null ? [] : await ordersBetween(tx, siteId, sinceMs, clock.wall().atMs);
      const theirs = onlyNew(causes, await readEarlierCauses(tx, siteId));
      await keepBackUp(parts, tx, taken, fetched, { password, differences, causes: [...ours, ...theirs] });
    }).catch(async (error: unknown) => {
      if (!(error instanceof Problem)) throw error;
      await asProvider((tx) => failBackUp(parts, tx, taken, error.message));
    });
  }

  /** While the router works, no other process takes it. */
  function keepHeld(taken: Taken): () => void {
    let isOver = false;
    let next: Timer | null = null;
    const holdOn = () => {
      next = clock.after(20_000, () => {
        if (isOver) return;
        void database
          .asProvider(taken.providerId, (tx) => hold(tx, taken, clock.wall().atMs))
          .catch(() => {})
          .finally(holdOn);
      });
    };
    holdOn();
    return () => {
      isOver = true;
      next?.cancel();
    };
  }

  /** A log that can't be read tells nobody. */
  async function readCauses(siteId: string): Promise<Cause[]> {
    try {
      return whoChanged((await reader.ask(siteId, "logs", true)).rows);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return [];
    }
  }

  function lookAfter(delayMs: number): void {
    if (ending.signal.aborted) return;
    timer?.cancel();
    timer = clock.after(delayMs, () => {
      looking = looking
        .then(look)
        .catch((error: unknown) => world.log.error("router-back-ups-failed", { error: String(error) }));
    });
  }

  return {
    look,
    async settled() {
      while (running.size > 0 || restores.busy() > 0) {
        await Promise.all(running.values());
        await restores.settled();
        await sleep(clock, 1);
      }
    },
    async start() {
      stopListening = await database.listen(backUpsChannel, () => lookAfter(0));
      stopSweep = sweeps.add({
        name: "router-back-ups",
        everyMs: sweepEveryMs,
        hasWork: (nowMs) => sql<boolean>`(${backUpsWait(processId, nowMs)} or ${restoresWait(processId, nowMs)}
          or (${isScheduleDue()}::boolean and ${haveSchedules}))`,
        run: async () => lookAfter(0),
      });
    },
    async stop() {
      stopSweep();
      timer?.cancel();
      ending.abort();
      timer?.cancel();
      await stopListening?.();
      await looking;
      await Promise.all(running.values());
      await restores.settled();
    },
  };
}
