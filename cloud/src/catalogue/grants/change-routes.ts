/** Staff change one grant, or give something to everybody at a site. See `change-grant.ts` for who attacks this. */
import { keySchema } from "@karibu/protocol/schema";
import { z } from "zod";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { type ChangeParts, giveGrant, pauseGrant, readChange, resumeGrant } from "./change-grant.ts";
import { liftGuard, readGuard } from "./code-guards.ts";

const params = z.object({ siteId: keySchema, grantId: keySchema });
const reason = z.string().trim().min(3).max(200);

/** What is given: at least one of them. */
export const giftFields = {
  /** Calendar time, for grants that have an end. */
  seconds: z
    .number()
    .int()
    .min(60)
    .max(366 * 86_400)
    .optional(),
  /** Time online, for grants that are sold by it. */
  useSeconds: z
    .number()
    .int()
    .min(60)
    .max(366 * 86_400)
    .optional(),
  /** For grants with a data limit. */
  dataBytes: z
    .number()
    .int()
    .min(1_000_000)
    .max(10 ** 13)
    .optional(),
};
const gift = {
  ...giftFields,
  /** In place of the plan's, until the grant's end. */
  downKbps: z.number().int().min(1).max(10_000_000).optional(),
  upKbps: z.number().int().min(1).max(10_000_000).optional(),
  devices: z.number().int().min(1).max(1000).optional(),
};

export const changesView = z.object({
  seconds: z.number().int(),
  useSeconds: z.number().int(),
  dataBytes: z.number().int(),
  downKbps: z.number().int().nullable(),
  upKbps: z.number().int().nullable(),
  devices: z.number().int().nullable(),
  pausedAtMs: z.number().int().nullable(),
  pausedReason: z.string().nullable(),
  /** What its customer did at the site against theft; null: nothing, or staff lifted it. */
  guard: z.object({ isPaused: z.boolean(), hasPin: z.boolean(), atMs: z.number().int() }).nullable(),
  /** Newest first, at most 100. */
  log: z.array(
    z.object({
      changeId: z.string(),
      kind: z.enum(["given", "paused", "resumed", "taken-off", "guard-lifted"]),
      /** What a pause gave back can be less than anybody gives. */
      what: z.object({ ...gift, seconds: z.number().int().min(0).optional() }),
      reason: z.string(),
      changedBy: z.string().nullable(),
      giftId: z.string().nullable(),
      atMs: z.number().int(),
    }),
  ),
});
type Changes = z.output<typeof changesView>;

export function changeRoutes(parts: ChangeParts) {
  const pausing = (word: "pause" | "resume", summary: string) =>
    route({
      method: "POST",
      path: `/api/v1/sites/{siteId}/grants/{grantId}/${word}`,
      summary,
      permission: "grants.manage",
      params,
      body: z.strictObject({ reason }),
      response: changesView,
      handle: ({ params: { siteId, grantId }, body, providerId, actor, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const place = { providerId, siteId, grantId };
          const cause = { reason: body.reason, userId: actor.userId, giftId: null };
          await (word === "pause" ? pauseGrant : resumeGrant)(parts, tx, place, cause);
          return changesOf(tx, place);
        }),
    });
  return [
    route({
      method: "GET",
      path: "/api/v1/sites/{siteId}/grants/{grantId}/changes",
      summary: "What staff changed of a grant at a site, and why",
      permission: "grants.read",
      params,
      response: changesView,
      handle: ({ params: { siteId, grantId }, providerId, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          return changesOf(tx, { providerId, siteId, grantId });
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/sites/{siteId}/grants/{grantId}/give",
      summary:
        "Give a running grant more time or data, another speed, or more devices; its site does it within seconds",
      permission: "grants.manage",
      freshFactor: true,
      needsKey: true,
      params,
      body: z.strictObject({ reason, ...gift }),
      response: changesView,
      handle: ({ params: { siteId, grantId }, body: { reason: why, ...what }, providerId, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          await readSite(tx, siteId);
          const place = { providerId, siteId, grantId };
          await giveGrant(parts, tx, place, what, { reason: why, userId: actor.userId, giftId: null });
          return changesOf(tx, place);
        }),
    }),
    pausing("pause", "Pause a grant: nobody uses it, and its calendar time is given back when it goes on"),
    pausing("resume", "A paused grant goes on"),
    route({
      method: "POST",
      path: "/api/v1/sites/{siteId}/grants/{grantId}/lift-guard",
      summary: "Lift what a customer did against theft: the pause ends, and the PIN is forgotten",
      permission: "grants.manage",
      freshFactor: true,
      params,
      body: z.strictObject({ reason }),
      response: changesView,
      handle: ({ params: { siteId, grantId }, body, providerId, actor, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const place = { providerId, siteId, grantId };
          await liftGuard(parts, tx, place, { reason: body.reason, userId: actor.userId, giftId: null });
          return changesOf(tx, place);
        }),
    }),
  ];
}

async function changesOf(
  tx: Tx,
  place: { readonly providerId: string; readonly siteId: string; readonly grantId: string },
): Promise<Changes> {
  const row = await readChange(tx, place);
  const guard = await readGuard(tx, place.grantId);
  const log = await tx
    .selectFrom("grant_change_log")
    .selectAll()
    .where("providerId", "=", place.providerId)
    .where("grantId", "=", place.grantId)
    .where("siteId", "=", place.siteId)
    .orderBy("atMs", "desc")
    .orderBy("changeId", "desc")
    .limit(100)
    .execute();
  return {
    seconds: row.seconds,
    useSeconds: row.useSeconds,
    dataBytes: row.dataBytes,
    downKbps: row.downKbps,
    upKbps: row.upKbps,
    devices: row.devices,
    pausedAtMs: row.pausedAtMs,
    pausedReason: row.pausedReason,
    guard:
      guard === null || guard.siteId !== place.siteId
        ? null
        : { isPaused: guard.paused, hasPin: guard.pinHash !== null, atMs: guard.guardedAtMs },
    log: log.map((one) => ({
      changeId: one.changeId,
      kind: one.kind,
      what: one.what,
      reason: one.reason,
      changedBy: one.changedBy,
      giftId: one.giftId,
      atMs: one.atMs,
    })),
  };
}
