/**
 * Changes the secrets of sites: after their first link by itself, and when somebody asks. Its work is in the table, so it goes on after a
 * restart, at any process that has the site's link; the same rotation may be sent again and again.
 */
import { Fault } from "@karibu/protocol/fault";
import { rotateSecrets } from "@karibu/protocol/rpc/router/rotate-secrets";
import type { Timer } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Database } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Sweeps } from "../../ground/sweeps/sweeps.ts";
import { secretsWait } from "../router-services/further-secret-rows.ts";
import { changeFurtherSecrets } from "./change-further-secrets.ts";
import { outcomeOfFault, type TryOutcome } from "./rotation-policy.ts";
import {
  beginRotation,
  type DueRotation,
  findFirstLinks,
  noteTry,
  openRotation,
  type RotationParts,
  rotationsWait,
  takeDue,
} from "./rotation-rows.ts";

interface WorkerParts extends RotationParts {
  readonly database: Database;
  readonly callSite: CallSite;
  readonly processId: string;
  readonly sweeps: Pick<Sweeps, "add">;
  readonly emit: Emit;
}

export interface RotationWorker {
  start(): void;
  /** Somebody asked: looks soon. */
  wake(): void;
  /** Looks for work and does it. Rejects with the database's error. */
  look(): Promise<void>;
  stop(): Promise<void>;
}

const sweepEveryMs = 30_000;
const wakeMs = 200;
/** A router with a busy flash changes four rows; two of these may be under way at a site. */
const answerMsMax = 100_000;
/** Of one round. A hub with thousands of sites is through in minutes. */
const roundMax = 20;

export function createRotationWorker(parts: WorkerParts): RotationWorker {
  const { world, envelope, database, callSite, processId, emit, sweeps } = parts;
  const ending = new AbortController();
  let timer: Timer | null = null;
  let timerAtMs = 0;
  let isStopped = true;
  let looking: Promise<void> = Promise.resolve();
  let stopSweep = () => {};

  async function look(): Promise<void> {
    const nowMs = world.clock.wall().atMs;
    const round = { processId, nowMs, max: roundMax };
    const first = await database.asPlatform("secret-rotation", (tx) => findFirstLinks(tx, round));
    for (const { serial, ...place } of first)
      await database.asProvider(place.providerId, (tx) =>
        beginRotation(parts, tx, place, { cause: "first-link", serial }),
      );
    const due = await database.asPlatform("secret-rotation", (tx) => takeDue(tx, round));
    await Promise.all(due.map(rotate));
    const hasMore = await changeFurtherSecrets(parts, { max: roundMax, signal: ending.signal });
    if (first.length === roundMax || due.length === roundMax || hasMore) lookAfter(0);
  }

  async function rotate(due: DueRotation): Promise<void> {
    const order = await database.asProvider(due.providerId, (tx) => openRotation(envelope, tx, due));
    if (order === null) return;
    const outcome = await send(due.siteId, order);
    if (ending.signal.aborted && outcome.kind === "problem") return;
    await database.asProvider(due.providerId, async (tx) => {
      await noteTry(parts, tx, due, outcome);
      const action = outcome.kind === "done" ? "secrets-changed" : "secrets-waiting";
      await emit(tx, due.providerId, { topic: "set-up", id: due.siteId, action });
    });
    const problem = outcome.kind === "done" ? null : outcome.problem;
    world.log.info("secret-rotation", { siteId: due.siteId, outcome: outcome.kind, problem });
  }

  async function send(siteId: string, order: Parameters<typeof callSite<object, object>>[2]): Promise<TryOutcome> {
    try {
      const { kind, why } = await callSite(siteId, rotateSecrets, order as never, answerMsMax, ending.signal);
      return kind === "done" ? { kind } : { kind: "problem", problem: kind, why: why ?? null };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      return outcomeOfFault(error);
    }
  }

  function lookAfter(delayMs: number): void {
    const atMs = world.clock.monotonicMs() + delayMs;
    // Many links that come at once are one look, and do not put it off.
    if (isStopped || (timer !== null && timerAtMs <= atMs)) return;
    timer?.cancel();
    timerAtMs = atMs;
    timer = world.clock.after(delayMs, () => {
      timer = null;
      looking = looking
        .then(look)
        .catch((error: unknown) => world.log.error("secret-rotation-failed", { error: String(error) }));
    });
  }

  return {
    look,
    wake: () => lookAfter(wakeMs),
    start() {
      isStopped = false;
      stopSweep = sweeps.add({
        name: "secret-rotation",
        everyMs: sweepEveryMs,
        hasWork: (nowMs) => sql<boolean>`(${rotationsWait(processId, nowMs)} or ${secretsWait(processId, nowMs)})`,
        run: async () => lookAfter(0),
      });
    },
    async stop() {
      isStopped = true;
      stopSweep();
      timer?.cancel();
      ending.abort();
      await looking;
    },
  };
}
