/**
 * Sends the routers' orders: one after the other to each router, many routers at once. Its work is in the table: what this process
 * leaves behind when it ends, it or another one goes on with, under the same nonce, so that the agent does each order once.
 */

import { Fault } from "@karibu/protocol/fault";
import { actOnRouter } from "@karibu/protocol/rpc/router/act-on-router";
import { cutText } from "@karibu/protocol/whole-text";
import type { Timer, World } from "@karibu/protocol/world";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import type { Sweeps } from "../../ground/sweeps/sweeps.ts";
import type { Place } from "../routers/read-router.ts";
import { advanceBulk, type BulkParts } from "./bulks.ts";
import { answerOfFault, repeatAfterMs } from "./order-policy.ts";
import { ordersChannel } from "./order-store.ts";
import {
  endOverdue,
  type NextStep,
  noteOutcome,
  type Outcome,
  ordersWait,
  renewLanes,
  restLane,
  type Sending,
  stalledBulks,
  takeLanes,
  takeNext,
} from "./send-orders.ts";
import { mayActForProviders } from "./still-may.ts";

export interface OrderWorker {
  start(): Promise<void>;
  /** A site has its link again: looks soon, once for all that connect meanwhile. */
  wake(): void;
  /** Looks for work now. Rejects with the database's error. The lanes run on by themselves. */
  look(): Promise<void>;
  /** Ends the calls under way; their orders are sent again at the next start. */
  stop(): Promise<void>;
}

interface WorkerParts extends BulkParts {
  readonly database: Database;
  readonly callSite: CallSite;
  readonly sweeps: Pick<Sweeps, "add">;
  readonly processId: string;
  /** Does this process hold the site's link at this moment? The table hears of its end a little later. */
  readonly isLinked: (siteId: string) => boolean;
}

/** New orders, connections and the lanes themselves wake it sooner: the sweep finds what expired, and lost wake-ups. */
const sweepEveryMs = 20_000;
/** While orders are under way: their lanes are held for three times as long. */
const busyTickMs = 10_000;
const wakeMs = 300;
/** RouterOS' safe mode is released, or unrolled, within a minute. */
const answerMsMax = 90_000;
/** Routers that this process sends orders to at once. */
const lanesMax = 200;
/** Of one provider: routers that answer late are not in the way of others' orders. */
const ofProviderMax = 50;
const overdueMax = 500;

export function createOrderWorker(world: World, parts: WorkerParts): OrderWorker {
  const { database, callSite, processId, isLinked, sweeps } = parts;
  const lanes = new Map<string, { readonly providerId: string; readonly ended: Promise<void> }>();
  const ending = new AbortController();
  let timer: Timer | null = null;
  let timerAtMs = 0;
  let isStopped = true;
  let isLooking = false;
  /** While it looks: when it should look again, by the monotonic clock. */
  let nextLookAtMs = Number.POSITIVE_INFINITY;
  let looking: Promise<void> = Promise.resolve();
  let stopListening: (() => Promise<void>) | null = null;
  let stopSweep = () => {};

  async function look(): Promise<void> {
    const nowMs = world.clock.wall().atMs;
    const { due, over, stalled } = await database.asPlatform("router-orders", async (tx) => {
      if (lanes.size > 0) await renewLanes(tx, processId, [...lanes.keys()], nowMs);
      return {
        // Before those that end now, whose turn comes below.
        stalled: await stalledBulks(tx, overdueMax),
        over: await endOverdue(tx, nowMs, overdueMax),
        due: await takeLanes(tx, {
          processId,
          nowMs,
          max: Math.max(0, lanesMax - lanes.size),
          ofProviderMax,
          held: heldLanes(),
        }),
      };
    });
    for (const place of due) run(place);
    for (const { providerId, bulkId } of stalled)
      await forOne(providerId, (tx) => advanceBulk(parts, tx, providerId, bulkId));
    const told = new Set<string>();
    for (const { providerId, siteId, bulkId, state } of over) {
      const name = bulkId ?? siteId;
      if (told.has(name)) continue;
      told.add(name);
      await forOne(providerId, async (tx) => {
        if (bulkId !== null) await advanceBulk(parts, tx, providerId, bulkId);
        await parts.emit(tx, providerId, { topic: "router", id: siteId, action: `order-${state}` });
      });
    }
    if (over.length === overdueMax) lookAfter(0);
  }

  /** By provider. */
  function heldLanes(): Record<string, number> {
    const held: Record<string, number> = {};
    for (const { providerId } of lanes.values()) held[providerId] = (held[providerId] ?? 0) + 1;
    return held;
  }

  /** The trouble of one keeps no other from its turn; what did not begin here is found stalled at the next look. */
  async function forOne(providerId: string, work: (tx: Tx) => Promise<void>): Promise<void> {
    await database.asProvider(providerId, work).catch((error: unknown) => {
      world.log.error("router-orders-failed", { providerId, error: String(error) });
    });
  }

  function run(place: Place): void {
    const { providerId, siteId } = place;
    const ended = sendAll(place)
      .catch((error: unknown) => world.log.error("router-lane-failed", { siteId, error: String(error) }))
      .finally(() => {
        // The next of its provider waits for this place.
        if ((heldLanes()[providerId] ?? 0) >= ofProviderMax) lookAfter(wakeMs);
        lanes.delete(siteId);
      });
    lanes.set(siteId, { providerId, ended });
  }

  async function sendAll(place: Place): Promise<void> {
    while (!ending.signal.aborted) {
      // What was not sent can still be cancelled.
      if (!isLinked(place.siteId))
        return database.asProvider(place.providerId, (tx) => restLane(parts, tx, place.siteId, processId, 1));
      const step = await nextStep(place);
      if (step.kind === "over") continue;
      if (step.kind === "idle") return;
      if (step.kind === "later") return lookAfter(Math.max(0, step.atMs - world.clock.wall().atMs));
      const outcome = await send(place.siteId, step.order);
      if (ending.signal.aborted && outcome === null) return;
      if (outcome === null) {
        const { timesSent } = step.order;
        await database.asProvider(place.providerId, (tx) => restLane(parts, tx, place.siteId, processId, timesSent));
        return lookAfter(repeatAfterMs(timesSent));
      }
      await database.asProvider(place.providerId, (tx) => noteOutcome(parts, tx, place, step.order, outcome));
    }
  }

  async function nextStep(place: Place): Promise<Exclude<NextStep, { kind: "whose" }>> {
    let helper: { userId: string; may: boolean } | undefined;
    for (;;) {
      const step = await database.asProvider(place.providerId, (tx) => takeNext(parts, tx, place, processId, helper));
      if (step.kind !== "whose") return step;
      const { userId } = step;
      const may = await database.asProvider(platformProviderId, (tx) => mayActForProviders(tx, userId));
      helper = { userId, may };
    }
  }

  /** Null: no answer. */
  async function send(siteId: string, { orderId, action, actor, expiresAtMs }: Sending): Promise<Outcome | null> {
    const params = { action, nonce: orderId, actor: cutText(actor, 200), expiresAtMs: expiresAtMs as never };
    try {
      const { kind, why, row } = await callSite(siteId, actOnRouter, params, answerMsMax, ending.signal);
      return { state: kind, why: why ?? null, row: row ?? null };
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      const answer = answerOfFault(error);
      if (answer === null) world.log.info("router-order-unanswered", { siteId, orderId, code: error.code });
      return answer === null ? null : { ...answer, row: null };
    }
  }

  function lookAfter(delayMs: number): void {
    if (isStopped) return;
    const atMs = world.clock.monotonicMs() + delayMs;
    if (isLooking) {
      nextLookAtMs = Math.min(nextLookAtMs, atMs);
      return;
    }
    if (timer !== null && timerAtMs <= atMs) return;
    timer?.cancel();
    timerAtMs = atMs;
    timer = world.clock.after(delayMs, () => {
      timer = null;
      isLooking = true;
      nextLookAtMs = Number.POSITIVE_INFINITY;
      looking = look()
        .catch((error: unknown) => world.log.error("router-orders-failed", { error: String(error) }))
        .then(() => {
          isLooking = false;
          const waitMs = Math.max(0, nextLookAtMs - world.clock.monotonicMs());
          if (lanes.size > 0 || waitMs < Number.POSITIVE_INFINITY) lookAfter(Math.min(waitMs, busyTickMs));
        });
    });
  }

  return {
    look,
    wake: () => lookAfter(wakeMs),
    async start() {
      isStopped = false;
      // There is no other process: what is held was held by the one before.
      if (database.engine === "embedded")
        await database.asPlatform("router-lanes", (tx) =>
          tx.updateTable("router_lanes").set({ heldUntilMs: 0 }).where("heldUntilMs", ">", 0).execute(),
        );
      stopListening = await database.listen(ordersChannel, () => lookAfter(0));
      stopSweep = sweeps.add({
        name: "router-orders",
        everyMs: sweepEveryMs,
        hasWork: (nowMs) => ordersWait(processId, nowMs),
        run: async () => lookAfter(0),
      });
    },
    async stop() {
      isStopped = true;
      stopSweep();
      timer?.cancel();
      await stopListening?.();
      ending.abort();
      await looking;
      await Promise.all([...lanes.values()].map(({ ended }) => ended));
    },
  };
}
