/** One named change at many routers: begun at a few, gone on with in stages, stopped by a person or by its first failure. */

import { newId } from "@karibu/protocol/identifiers";
import { askedActionSchema } from "@karibu/protocol/router/asked-router-actions";
import { keySchema } from "@karibu/protocol/schema";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { areAllThere } from "../sites/site-is-there.ts";
import { siteNameOf } from "../sites/site-names.ts";
import { advanceBulk, type BulkParts, countOrders } from "./bulks.ts";
import { maskOrder } from "./order-codes.ts";
import { fitsManyRouters, withoutPassword } from "./order-policy.ts";
import { expirySeconds, expirySecondsUsual, refuseUnallowed } from "./order-routes.ts";
import { bulkStates, orderStates } from "./order-states.ts";
import { passwordContext } from "./order-store.ts";

const sitesMax = 2000;

export const bulkView = z.object({
  bulkId: z.string(),
  kind: z.string(),
  /** As it was ordered, without its password. */
  action: z.record(z.string(), z.unknown()),
  /** `paused`: a site failed; a person goes on or stops. */
  state: z.enum(bulkStates),
  sites: z.int(),
  /** So many have had their order, so many of them wait for an answer, and how the others ended. */
  begun: z.int(),
  open: z.int(),
  done: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  first: z.int(),
  pauseOnFailure: z.boolean(),
  madeBy: z.string(),
  madeAtMs: z.int(),
  endedAtMs: z.int().nullable(),
});

export const bulkWithSites = bulkView.extend({
  /** In their order. `queued`: its stage has not begun. */
  bySite: z.array(
    z.object({
      siteId: z.string(),
      siteName: z.string().nullable(),
      orderId: z.string().nullable(),
      state: z.enum([...orderStates, "queued"]),
      why: z.string().nullable(),
    }),
  ),
});

const ordering = {
  sort: { made: { by: sql.ref("router_bulks.bulkId"), kind: "string" } },
  default: "-made",
  tie: [],
} as const;
const list = listOf({ ...ordering, search: [sql`router_bulks.action::text`, sql.ref("router_bulks.madeByName")] });
/** For who may not see codes: a search would find them out letter by letter. */
const listWithoutNames = listOf({
  ...ordering,
  search: [sql`router_bulks.action ->> 'kind'`, sql.ref("router_bulks.madeByName")],
});

export function bulkRoutes(parts: BulkParts) {
  const { world, envelope, emit } = parts;
  const params = z.object({ bulkId: keySchema });

  async function change(tx: Tx, bulkId: string, from: readonly (typeof bulkStates)[number][], set: object) {
    const changed = await tx
      .updateTable("router_bulks")
      .set(set)
      .where("bulkId", "=", bulkId)
      .where("state", "in", from)
      .executeTakeFirst();
    if (changed.numUpdatedRows > 0n) return;
    await readKind(tx, bulkId);
    throw refusal("bulk-not-open");
  }

  return [
    route({
      method: "POST",
      path: "/api/v1/router-bulks",
      summary: "Order one named change at many routers: at a few first, then in stages",
      permission: "routers.read",
      freshFactor: true,
      bodyBytesMax: 256 * 1024,
      body: z.strictObject({
        siteIds: z.array(keySchema).min(1).max(sitesMax),
        action: askedActionSchema,
        first: z.int().min(1).max(100).default(1),
        pauseOnFailure: z.boolean().default(true),
        expiresInSeconds: expirySeconds.default(expirySecondsUsual),
      }),
      status: 202,
      response: bulkView,
      handle: ({ body, actor, providerId, transact, auditTarget }) => {
        refuseUnallowed(actor, body.action.kind);
        if (!fitsManyRouters(body.action)) throw refusal("not-for-many-routers", { field: "action" });
        return transact(async (tx) => {
          const siteIds = [...new Set(body.siteIds)];
          if (!(await areAllThere(tx, providerId, siteIds))) throw notFound("site", "siteIds");
          const bulkId = newId(world);
          auditTarget(bulkId);
          const { stored, password } = withoutPassword(body.action);
          await tx
            .insertInto("router_bulks")
            .values({
              providerId,
              bulkId,
              action: stored,
              passwordSealed:
                password === null ? null : envelope.seal(Buffer.from(password), passwordContext(providerId, bulkId)),
              siteIds: json(siteIds),
              first: body.first,
              pauseOnFailure: body.pauseOnFailure,
              expiresInSeconds: body.expiresInSeconds,
              state: "running",
              madeBy: actor.userId,
              madeByName: actor.name,
              madeAtMs: world.clock.wall().atMs,
              endedAtMs: null,
            })
            .execute();
          await advanceBulk(parts, tx, providerId, bulkId);
          return readBulk(tx, actor, bulkId);
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/router-bulks",
      summary: "Changes at many routers, newest first, and how far they are",
      permission: "routers.read",
      query: list.query.extend({ state: z.enum(bulkStates).optional(), ...spanFields }),
      response: pageOf(bulkView),
      handle: ({ query, actor, transact }) =>
        transact((tx) => {
          const { state } = query;
          const rows = bulks(tx)
            .$if(state !== undefined, (is) => is.where("router_bulks.state", "=", state ?? "running"))
            .where(within(sql.ref("router_bulks.madeAtMs"), query));
          const seen = actor.may(revealsCodes) ? list : listWithoutNames;
          return seen.page(rows, query, (row) => viewOf(row, actor));
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/router-bulks/{bulkId}",
      summary: "A change at many routers, site by site",
      permission: "routers.read",
      params,
      response: bulkWithSites,
      volatile: Object.keys(bulkWithSites.shape),
      handle: ({ params: { bulkId }, actor, transact }) =>
        transact(async (tx) => ({ ...(await readBulk(tx, actor, bulkId)), bySite: await readSites(tx, bulkId) })),
    }),
    route({
      method: "POST",
      path: "/api/v1/router-bulks/{bulkId}/stop",
      summary: "Stop a change at many routers: what was not sent yet is cancelled, what was done stays",
      permission: "routers.read",
      params,
      body: null,
      response: bulkView,
      handle: ({ params: { bulkId }, actor, providerId, transact }) =>
        transact(async (tx) => {
          refuseUnallowed(actor, await readKind(tx, bulkId));
          const nowMs = world.clock.wall().atMs;
          const ended = { endedAtMs: nowMs, passwordSealed: null };
          await change(tx, bulkId, ["running", "paused"], { state: "stopped", ...ended });
          await tx
            .updateTable("router_orders")
            .set({ state: "cancelled", answeredAtMs: nowMs, passwordSealed: null })
            .where("bulkId", "=", bulkId)
            .where("state", "=", "waiting")
            .execute();
          const bulk = await readBulk(tx, actor, bulkId);
          await emit(tx, providerId, { topic: "router", id: bulkId, action: "bulk" });
          return bulk;
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/router-bulks/{bulkId}/resume",
      summary: "Go on with a change at many routers that paused at a failure",
      permission: "routers.read",
      freshFactor: true,
      params,
      body: null,
      response: bulkView,
      handle: ({ params: { bulkId }, actor, providerId, transact }) =>
        transact(async (tx) => {
          refuseUnallowed(actor, await readKind(tx, bulkId));
          const { failed } = await countOrders(tx, providerId, bulkId);
          await change(tx, bulkId, ["paused"], { state: "running", failuresSeen: failed });
          await advanceBulk(parts, tx, providerId, bulkId);
          return readBulk(tx, actor, bulkId);
        }),
    }),
  ];
}

function bulks(tx: Tx) {
  const counted = (states: string) =>
    sql<number>`(select count(*) from router_orders o where o.provider_id = router_bulks.provider_id
      and o.bulk_id = router_bulks.bulk_id and o.state ${sql.raw(states)})`;
  return tx
    .selectFrom("router_bulks")
    .selectAll("router_bulks")
    .select([
      counted("in ('waiting', 'sent')").as("open"),
      counted("= 'done'").as("done"),
      counted("= 'cancelled'").as("cancelled"),
      counted("not in ('waiting', 'sent', 'done', 'cancelled')").as("failed"),
    ]);
}

type Row = Awaited<ReturnType<ReturnType<typeof bulks>["execute"]>>[number];

function viewOf(row: Row, actor: Actor): z.input<typeof bulkView> {
  const { kind } = row.action;
  const told = { kind, action: row.action, why: null, row: null };
  // What one typed oneself is no secret.
  const isOpen = actor.may(revealsCodes) || row.madeBy === actor.userId;
  return {
    bulkId: row.bulkId,
    kind,
    action: isOpen ? row.action : maskOrder(told).action,
    state: row.state,
    sites: row.siteIds.length,
    begun: row.begun,
    open: row.open,
    done: row.done,
    failed: row.failed,
    cancelled: row.cancelled,
    first: row.first,
    pauseOnFailure: row.pauseOnFailure,
    madeBy: row.madeByName,
    madeAtMs: row.madeAtMs,
    endedAtMs: row.endedAtMs,
  };
}

async function readBulk(tx: Tx, actor: Actor, bulkId: string): Promise<z.input<typeof bulkView>> {
  const row = await bulks(tx).where("router_bulks.bulkId", "=", bulkId).executeTakeFirst();
  if (row === undefined) throw notFound("change");
  return viewOf(row, actor);
}

async function readKind(tx: Tx, bulkId: string) {
  const row = await tx.selectFrom("router_bulks").select("action").where("bulkId", "=", bulkId).executeTakeFirst();
  if (row === undefined) throw notFound("change");
  return row.action.kind;
}

async function readSites(tx: Tx, bulkId: string): Promise<z.input<typeof bulkWithSites>["bySite"]> {
  type Found = z.input<typeof bulkWithSites>["bySite"][number];
  const { rows } = await sql<Found>`
    select each.site_id, ${siteNameOf("b", sql.ref("each.siteId"))} as "siteName", o.order_id, coalesce(o.state, 'queued') as state, o.why
    from router_bulks b
    cross join lateral jsonb_array_elements_text(b.site_ids) with ordinality as each(site_id, place)
    left join router_orders o on o.provider_id = b.provider_id and o.bulk_id = b.bulk_id and o.site_id = each.site_id
    where b.bulk_id = ${bulkId} order by each.place`.execute(tx);
  return rows;
}
