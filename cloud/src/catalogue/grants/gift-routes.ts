/**
 * One gift to everybody whose time ran at a site ("six hours more because of the outage"): counted first, given slice by slice by a job, and it
 * can be stopped. What a slice gave and how far the job is are kept together, so a job that is repeated goes on where it was.
 *
 * Who attacks this: as in `change-grant.ts`. One gift runs at a time for a site, it names how many it is for, and a preview that is out of date
 * is refused: nobody gives to more people than they have read.
 */
import { newId } from "@karibu/protocol/identifiers";
import { keySchema } from "@karibu/protocol/schema";
import { sleep } from "@karibu/protocol/world";
import { z } from "zod";
import { readSite } from "../../fleet/sites/sites.ts";
import { instantMs, instantMsTyped } from "../../ground/amounts/instants.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import { notFound, Problem, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { type ChangeParts, giveGrant, holdBatches } from "./change-grant.ts";
import { giftFields } from "./change-routes.ts";

export interface GiftParts extends ChangeParts {
  readonly database: Database;
  readonly jobs: JobQueue;
}

const giftJob = "provisioning.give-grants";
export const grantsPerGiftMax = 5000;
const sliceGrants = 50;
const pauseMs = 5;
const jobSchema = z.object({ providerId: z.string(), giftId: z.string() });

const asked = {
  siteId: keySchema,
  /** Whose time ran then: the moment of an outage, up to 7 days ago. Absent: now. */
  ranAtMs: instantMs.optional(),
};

export const giftView = z.object({
  giftId: z.string(),
  siteId: z.string(),
  what: z.object(giftFields),
  reason: z.string(),
  state: z.enum(["running", "stopped", "done"]),
  total: z.int(),
  /** So many have been gone through. */
  done: z.int(),
  /** Of these so many got nothing: they were taken back or forgotten meanwhile. */
  failed: z.int(),
  createdAtMs: z.int(),
  finishedAtMs: z.int().nullable(),
});

export function giftRoutes(parts: GiftParts) {
  const { world, jobs } = parts;
  const params = z.object({ giftId: keySchema });
  return [
    route({
      method: "GET",
      path: "/api/v1/grant-gifts/preview",
      summary: "How many grants a gift to everybody at a site would reach, and how many it may",
      permission: "grants.manage",
      query: z.object({ siteId: keySchema, ranAtMs: instantMsTyped.optional() }),
      response: z.object({ count: z.int(), most: z.int() }),
      handle: ({ query, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, query.siteId, "siteId");
          const ids = await runningAt(tx, providerId, query.siteId, momentOf(parts, query.ranAtMs));
          return { count: ids.length, most: grantsPerGiftMax };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/grant-gifts",
      summary: "Give something to everybody whose time ran at a site; a job does it, and GET tells how far it is",
      permission: "grants.manage",
      freshFactor: true,
      needsKey: true,
      body: z.strictObject({
        ...asked,
        ...giftFields,
        reason: z.string().trim().min(3).max(200),
        /** As the preview said. */
        count: z.int().min(1).max(grantsPerGiftMax),
      }),
      status: 202,
      response: giftView,
      handle: async ({ body, providerId, actor, transactOnce, auditTarget }) => {
        const giftId = newId(world);
        auditTarget(giftId);
        const { siteId, ranAtMs, reason, count, ...what } = body;
        if (Object.values(what).every((value) => value === undefined))
          throw refusal("nothing-given", { field: "seconds" });
        const view = await transactOnce(async (tx) => {
          await readSite(tx, siteId, "siteId");
          const grantIds = await runningAt(tx, providerId, siteId, momentOf(parts, ranAtMs));
          if (grantIds.length > grantsPerGiftMax) throw refusal("gift-too-many");
          if (grantIds.length !== count) throw refusal("gift-counted-again", { value: grantIds.length });
          await tx
            .insertInto("grant_gifts")
            .values({
              providerId,
              giftId,
              siteId,
              what: json(what),
              reason,
              grantIds: json(grantIds),
              startedBy: actor.userId,
              createdAtMs: world.clock.wall().atMs,
            })
            .execute()
            .catch(onCollision(() => refusal("gift-running")));
          await jobs.send(tx, giftJob, { providerId, giftId }, { singletonKey: giftId });
          return readGift(tx, giftId);
        });
        jobs.wake();
        return view;
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/grant-gifts/{giftId}",
      summary: "How far a gift to everybody at a site is",
      permission: "grants.read",
      params,
      response: giftView,
      handle: ({ params: { giftId }, transact }) => transact((tx) => readGift(tx, giftId)),
    }),
    route({
      method: "POST",
      path: "/api/v1/grant-gifts/{giftId}/stop",
      summary: "Stop a gift; who has it keeps it",
      permission: "grants.manage",
      params,
      body: null,
      response: giftView,
      handle: ({ params: { giftId }, transact }) =>
        transact(async (tx) => {
          const nowMs = world.clock.wall().atMs;
          await readGift(tx, giftId);
          await tx
            .updateTable("grant_gifts")
            .set({ stoppedAtMs: nowMs, finishedAtMs: nowMs })
            .where("giftId", "=", giftId)
            .where("finishedAtMs", "is", null)
            .execute();
          return readGift(tx, giftId);
        }),
    }),
  ];
}

/** Before the queue starts. */
export async function registerGiftJobs(parts: GiftParts): Promise<void> {
  await parts.jobs.work(giftJob, async (data) => {
    const { providerId, giftId } = jobSchema.parse(data);
    // A pause before each slice: the embedded database would let nobody else have a turn until the last one.
    do await sleep(parts.world.clock, pauseMs);
    while (await giveSlice(parts, providerId, giftId));
  });
}

/** False: nothing is left to do, or it was stopped. */
function giveSlice(parts: GiftParts, providerId: string, giftId: string): Promise<boolean> {
  return parts.database.asProvider(providerId, async (tx) => {
    const row = await tx
      .selectFrom("grant_gifts")
      .selectAll()
      .where("giftId", "=", giftId)
      .forUpdate()
      .executeTakeFirst();
    if (row === undefined || row.finishedAtMs !== null) return false;
    const slice = row.grantIds.slice(row.done, row.done + sliceGrants);
    const cause = { reason: row.reason, userId: row.startedBy, giftId };
    await holdBatches(tx, providerId, slice);
    let failed = row.failed;
    for (const grantId of slice) {
      try {
        await giveGrant(parts, tx, { providerId, siteId: row.siteId, grantId }, row.what, cause);
      } catch (error) {
        // It is thrown before anything of this grant is written. Any other error ends the slice, and the queue tries again.
        if (!(error instanceof Problem)) throw error;
        failed++;
      }
    }
    const done = row.done + slice.length;
    const isOver = done >= row.grantIds.length;
    const change = { done, failed, finishedAtMs: isOver ? parts.world.clock.wall().atMs : null };
    await tx.updateTable("grant_gifts").set(change).where("giftId", "=", giftId).execute();
    await parts.emit(tx, providerId, { topic: "grant", id: giftId, action: isOver ? "gift-done" : "gift-progress" });
    return !isOver;
  });
}

const backMsMax = 7 * 86_400_000;

function momentOf({ world }: GiftParts, ranAtMs: number | undefined): number {
  const nowMs = world.clock.wall().atMs;
  return Math.min(nowMs, Math.max(nowMs - backMsMax, ranAtMs ?? nowMs));
}

/** Begun by then and not ended, and not taken back. One more than may be, where there are more. */
async function runningAt(tx: Tx, providerId: string, siteId: string, atMs: number): Promise<readonly string[]> {
  const rows = await tx
    .selectFrom("grant_starts as start")
    .leftJoin("grants as bought", (join) =>
      join.onRef("bought.providerId", "=", "start.providerId").onRef("bought.grantId", "=", "start.grantId"),
    )
    .select("start.grantId")
    .where("start.providerId", "=", providerId)
    .where("start.siteId", "=", siteId)
    .where("start.retiredAtMs", "is", null)
    .where("start.startedAtMs", "<=", atMs)
    .where((is) => is.or([is("start.endsAtMs", ">", atMs), is("start.endsAtMs", "is", null)]))
    .where("bought.revokedAtMs", "is", null)
    .orderBy("start.grantId")
    .limit(grantsPerGiftMax + 1)
    .execute();
  return rows.map(({ grantId }) => grantId);
}

async function readGift(tx: Tx, giftId: string): Promise<z.output<typeof giftView>> {
  const row = await tx.selectFrom("grant_gifts").selectAll().where("giftId", "=", giftId).executeTakeFirst();
  if (row === undefined) throw notFound("gift");
  return {
    giftId,
    siteId: row.siteId,
    what: row.what,
    reason: row.reason,
    state: row.stoppedAtMs !== null ? "stopped" : row.finishedAtMs === null ? "running" : "done",
    total: row.grantIds.length,
    done: row.done,
    failed: row.failed,
    createdAtMs: row.createdAtMs,
    finishedAtMs: row.finishedAtMs,
  };
}
