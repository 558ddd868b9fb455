/**
 * Addresses of a provider's own systems that the hub posts to: signed, retried for a day, each delivery on record.
 *
 * Attacks   The address is typed by a provider: https only, never an internal address, no redirects (`http-client/public-url.ts`), and nobody is
 *           shown what was answered, so the hub is nobody's eyes into a network. A slow receiver holds a job for ten seconds, and few are tried at
 *           a time: it slows its own provider alone (`ground/jobs/turns.ts`), and one that takes nothing is left alone for a while after each try; what
 *           waits for it wakes up on the slow lane, and is no more than so much. The secret is made here, shown once, and stored sealed; the body too, because it names sites and money.
 */

import { newId, newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import { z } from "zod";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import { notFound } from "../../ground/http/problem.ts";
import type { HttpCall } from "../../ground/http-client/http-call.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { createTurns, type Lane, sentBack } from "../../ground/jobs/turns.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import type { BusinessEvent } from "./business-events.ts";
import { signatureHeader, signWebhook } from "./webhook-signature.ts";

export type WebhookRow = Selectable<Schema["webhooks"]>;

export interface WebhookParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly jobs: JobQueue;
  readonly http: HttpCall;
}

export interface Webhooks {
  /** The secret is told here and never again. */
  create(
    tx: Tx,
    providerId: string,
    given: { name: string; url: string; events?: readonly BusinessEvent[] },
  ): Promise<{ row: WebhookRow; secret: string }>;
  /** In the transaction of its cause. Null: there is no such active webhook, or it was told of this `key`. The delivery's id otherwise. */
  post(tx: Tx, providerId: string, webhookId: string, event: WebhookEvent): Promise<string | null>;
  registerJobs(): Promise<void>;
}

export interface WebhookEvent {
  /** A noun and what happened: `alarm.begun`. */
  readonly event: string;
  readonly data: object;
  /** Of what is told once: a second post of it is none. */
  readonly key?: string;
}

const deliverJob = "notices.webhook";
/** The same, for providers whose receivers kept us waiting: it has workers of its own. */
const slowJob = "notices.webhook-slow";
export const webhookJobs = [deliverJob, slowJob];
const timeoutMs = 10_000;
const jobSchema = z.object({ providerId: z.string(), deliveryId: z.string() });
/** An address that takes nothing for so long is switched off, and an alarm says so. */
const failingMsMax = 3 * 86_400_000;
/** 30 s, 1 min, 2 min… at most two hours; in all 24 hours. */
const triesMax = 20;
/** So long after a failure nothing else is tried at the same address; what comes meanwhile waits, and has lost no try. */
const restMs = 20_000;
/** Waits for a failing address at most. Each that waits is a job that wakes up every few minutes: three busy days of a dead one would fill the queue of all. */
const waitingMax = 2000;
/** Waits for one that takes what it gets, only slower than it comes: none of it was refused yet. */
const waitingMaxWhileTaken = 50_000;
const waitMs = (failingMs: number): number => (failingMs < 10 * 60_000 ? 30_000 : 5 * 60_000);
/** Addresses whose last failure this process remembers. */
const failuresMax = 10_000;
const nextWebhookTryMs = (tries: number): number => Math.min(2 * 3_600_000, 30_000 * 2 ** (tries - 1));

/** A delivery that waits, with its webhook. */
type Found = WebhookRow &
  Pick<Selectable<Schema["webhook_deliveries"]>, "tries" | "event"> & { readonly bodySealed: Buffer };

const urlContext = (row: Pick<WebhookRow, "providerId" | "webhookId">) =>
  `webhook/${row.providerId}/${row.webhookId}/url`;
const secretContext = (row: Pick<WebhookRow, "providerId" | "webhookId">) =>
  `webhook/${row.providerId}/${row.webhookId}/secret`;
const bodyContext = (providerId: string, deliveryId: string) => `webhook-delivery/${providerId}/${deliveryId}`;

export async function readWebhook(tx: Tx, webhookId: string): Promise<WebhookRow> {
  const row = await tx.selectFrom("webhooks").selectAll().where("webhookId", "=", webhookId).executeTakeFirst();
  if (row === undefined) throw notFound("webhook");
  return row;
}

export function createWebhooks({ world, database, envelope, jobs, http }: WebhookParts): Webhooks {
  /** When the last try at each address that takes nothing ended, by `monotonicMs`. */
  const failedAtMs = new Map<string, number>();
  const mustRest = (webhookId: string): boolean =>
    world.clock.monotonicMs() - (failedAtMs.get(webhookId) ?? Number.NEGATIVE_INFINITY) < restMs;
  function noteTry(webhookId: string, isDone: boolean): void {
    failedAtMs.delete(webhookId);
    if (isDone) return;
    failedAtMs.set(webhookId, world.clock.monotonicMs());
    if (failedAtMs.size > failuresMax) failedAtMs.delete(failedAtMs.keys().next().value as string);
  }

  const turns = createTurns(world.clock.monotonicMs);

  async function deliver(providerId: string, deliveryId: string, lane: Lane): Promise<void> {
    const found = await database.asProvider(providerId, (tx) =>
      tx
        .selectFrom("webhook_deliveries as delivery")
        .innerJoin("webhooks as webhook", (join) =>
          join
            .onRef("webhook.providerId", "=", "delivery.providerId")
            .onRef("webhook.webhookId", "=", "delivery.webhookId"),
        )
        .selectAll("webhook")
        .select(["delivery.state", "delivery.tries", "delivery.event", "delivery.bodySealed"])
        .where("delivery.deliveryId", "=", deliveryId)
        // What waits has one.
        .where("delivery.bodySealed", "is not", null)
        .$narrowType<{ bodySealed: Buffer }>()
        .executeTakeFirst(),
    );
    if (found?.state !== "waiting") return;
    if (!found.active) return giveUp(providerId, deliveryId);
    const { webhookId, failingSinceMs: sinceMs } = found;
    // A person waits for what becomes of a test.
    if (sinceMs !== null && found.event !== "test" && mustRest(webhookId)) {
      const startAfterMs = waitMs(world.clock.wall().atMs - sinceMs);
      return database.asProvider(providerId, (tx) =>
        jobs.send(tx, slowJob, { providerId, deliveryId }, { startAfterMs }),
      );
    }
    const turn = turns.take(providerId, lane, found.event === "test");
    if (turn.kind !== "go") {
      const back = sentBack(turn, lane);
      const job = back.lane === "slow" ? slowJob : deliverJob;
      await database.asProvider(providerId, (tx) =>
        jobs.send(tx, job, { providerId, deliveryId }, { startAfterMs: back.startAfterMs }),
      );
      return jobs.wake();
    }
    try {
      await tryOnce(providerId, deliveryId, found);
    } finally {
      turns.done(providerId);
    }
  }

  async function tryOnce(providerId: string, deliveryId: string, found: Found): Promise<void> {
    const { webhookId } = found;
    const body = envelope.open(found.bodySealed, bodyContext(providerId, deliveryId)).toString("utf8");
    const secret = envelope.open(found.secretSealed, secretContext(found)).toString("utf8");
    const outcome = await http({
      method: "POST",
      url: envelope.open(found.urlSealed, urlContext(found)).toString("utf8"),
      headers: {
        "Content-Type": "application/json",
        [signatureHeader]: signWebhook(secret, body, world.clock.wall().atMs),
      },
      body,
      timeoutMs,
      isTyped: true,
    }).then(
      ({ status }) => ({ status, problem: status >= 200 && status < 300 ? null : `answered ${status}` }),
      () => ({ status: null, problem: "no answer" }),
    );
    const tries = found.tries + 1;
    const isDone = outcome.problem === null;
    noteTry(webhookId, isDone);
    const isOver = !isDone && tries >= triesMax;
    const nowMs = world.clock.wall().atMs;
    await database.asProvider(providerId, async (tx) => {
      // As it is now: while the address was asked somebody may have switched it on again.
      const now = await tx
        .selectFrom("webhooks")
        .select("failingSinceMs")
        .where("webhookId", "=", webhookId)
        .forUpdate()
        .executeTakeFirst();
      // Never later than now: else what a clock wrote that was ahead would keep a dead address for that long.
      const failingSinceMs = isDone ? null : Math.min(now?.failingSinceMs ?? nowMs, nowMs);
      const isGivenUp = failingSinceMs !== null && nowMs - failingSinceMs >= failingMsMax;
      await tx
        .updateTable("webhook_deliveries")
        .set({ ...outcome, tries, state: isDone ? "delivered" : isOver ? "failed" : "waiting", changedAtMs: nowMs })
        .where("deliveryId", "=", deliveryId)
        .where("state", "=", "waiting")
        .execute();
      await tx
        .updateTable("webhooks")
        .set({
          failingSinceMs,
          ...(isGivenUp ? { active: false, switchedOffAtMs: nowMs } : {}),
        })
        .where("webhookId", "=", webhookId)
        .execute();
      if (!isDone && !isOver)
        await jobs.send(tx, deliverJob, { providerId, deliveryId }, { startAfterMs: nextWebhookTryMs(tries) });
    });
  }

  /** A test is one that a person asks for, and looks at. */
  async function isFull(
    tx: Tx,
    webhook: Pick<WebhookRow, "webhookId" | "failingSinceMs">,
    event: string,
  ): Promise<boolean> {
    if (event === "test") return false;
    const most = webhook.failingSinceMs === null ? waitingMaxWhileTaken : waitingMax;
    const waiting = await tx
      .selectFrom("webhook_deliveries")
      .select("deliveryId")
      .where("webhookId", "=", webhook.webhookId)
      .where("state", "=", "waiting")
      .offset(most - 1)
      .limit(1)
      .executeTakeFirst();
    return waiting !== undefined;
  }

  /** What waited when somebody switched the address off, or the hub did: it hears nothing more. */
  const giveUp = (providerId: string, deliveryId: string): Promise<void> =>
    database.asProvider(providerId, async (tx) => {
      await tx
        .updateTable("webhook_deliveries")
        .set({ state: "failed", problem: "switched off", changedAtMs: world.clock.wall().atMs })
        .where("deliveryId", "=", deliveryId)
        .where("state", "=", "waiting")
        .execute();
    });

  return {
    async create(tx, providerId, { name, url, events = [] }) {
      const key = { providerId, webhookId: newId(world) };
      const secret = newSecret(world, 32);
      const nowMs = world.clock.wall().atMs;
      const row = await tx
        .insertInto("webhooks")
        .values({
          ...key,
          name,
          urlSealed: envelope.seal(Buffer.from(url), urlContext(key)),
          host: new URL(url).host,
          secretSealed: envelope.seal(Buffer.from(secret), secretContext(key)),
          active: true,
          events: json(events),
          failingSinceMs: null,
          createdAtMs: nowMs,
          updatedAtMs: nowMs,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
      return { row, secret };
    },
    async post(tx, providerId, webhookId, { event, data, key }) {
      const webhook = await tx
        .selectFrom("webhooks")
        .select(["webhookId", "failingSinceMs"])
        .where("webhookId", "=", webhookId)
        .where("active", "=", true)
        .executeTakeFirst();
      if (webhook === undefined) return null;
      const deliveryId = newId(world);
      const nowMs = world.clock.wall().atMs;
      const body = JSON.stringify({ id: deliveryId, event, atMs: nowMs, data });
      const isRefused = await isFull(tx, webhook, event);
      const written = await tx
        .insertInto("webhook_deliveries")
        .values({
          providerId,
          deliveryId,
          webhookId,
          event,
          bodySealed: envelope.seal(Buffer.from(body), bodyContext(providerId, deliveryId)),
          state: isRefused ? "failed" : "waiting",
          status: null,
          problem: isRefused ? "too many wait" : null,
          eventKey: key ?? null,
          createdAtMs: nowMs,
          changedAtMs: nowMs,
        })
        .onConflict((conflict) => conflict.doNothing())
        .returning("deliveryId")
        .executeTakeFirst();
      if (written === undefined) return null;
      if (!isRefused) await jobs.send(tx, deliverJob, { providerId, deliveryId });
      return deliveryId;
    },
    async registerJobs() {
      const lanes = [
        [deliverJob, "usual"],
        [slowJob, "slow"],
      ] as const;
      for (const [job, lane] of lanes)
        await jobs.work(job, async (data) => {
          const { providerId, deliveryId } = jobSchema.parse(data);
          await deliver(providerId, deliveryId, lane);
        });
    },
  };
}
