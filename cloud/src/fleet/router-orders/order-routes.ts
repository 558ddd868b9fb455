/** Orders at one router: named actions that wait in its lane until they are sent, answered or expired. */
import { askedActionSchema } from "@karibu/protocol/router/asked-router-actions";
import { keySchema } from "@karibu/protocol/schema";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import type { RouterReader } from "../routers/read-router.ts";
import { readSite } from "../sites/sites.ts";
import { advanceBulk, type BulkParts } from "./bulks.ts";
import { refuseBusy } from "./long-actions.ts";
import { maskOrder, withWholeNames } from "./order-codes.ts";
import { permissionFor } from "./order-policy.ts";
import { orderStates } from "./order-states.ts";
import { insertOrders } from "./order-store.ts";

export const orderView = z.object({
  orderId: z.string(),
  siteId: z.string(),
  /** The change of many routers that it is a part of. */
  bulkId: z.string().nullable(),
  kind: z.string(),
  /** As it was ordered, without its password. */
  action: z.record(z.string(), z.unknown()),
  /**
   * `sent`: its answer is awaited, and it is sent again until it comes. `differs`: the router took it, and what was read back is
   * another. `undone`: it cut the link, and was taken back. `unknown`: nobody knows whether it was done; a person looks.
   */
  state: z.enum(orderStates),
  /** 1: it is next. Null: it does not wait any more. */
  place: z.int().nullable(),
  orderedBy: z.string(),
  orderedAtMs: z.int(),
  /** Not begun after that. */
  expiresAtMs: z.int(),
  sentAtMs: z.int().nullable(),
  timesSent: z.int(),
  answeredAtMs: z.int().nullable(),
  /** The router's own words, or its agent's: text from outside. */
  why: z.string().nullable(),
  /** The row at the router as it is now, by RouterOS' names: text from outside. */
  row: z.record(z.string(), z.string()).nullable(),
});
export type OrderView = z.input<typeof orderView>;

export const expirySeconds = z
  .int()
  .min(30)
  .max(7 * 86_400);
/** How long an order waits for a router that is away, where nobody says otherwise. */
export const expirySecondsUsual = 3600;
const actionsMax = 500;

const ordering = {
  sort: {
    ordered: { by: sql.ref("router_orders.orderId"), kind: "string" },
    state: { by: sql.ref("router_orders.state"), kind: "string" },
    kind: { by: sql.ref("router_orders.kind"), kind: "string" },
  },
  default: "-ordered",
  tie: [sql.ref("router_orders.orderId")],
} as const;
const searched = [sql.ref("router_orders.kind"), sql.ref("router_orders.orderedByName")];
const list = listOf({ ...ordering, search: [...searched, sql`router_orders.action::text`] });
/** For who may not see codes: a search would find them out letter by letter. */
const listWithoutNames = listOf({ ...ordering, search: searched });

/** Which permission an action needs is not the route's to say: each kind has its own. Throws Problem "not-allowed". */
export function refuseUnallowed(actor: Actor, kind: z.output<typeof askedActionSchema>["kind"]): void {
  if (kind === "upgrade-router") throw refusal("not-allowed", { rule: "by-upgrade-plan" });
  const permission = permissionFor(kind);
  if (!actor.may(permission)) throw refusal("not-allowed", { rule: "permission-missing", value: permission });
}

export function orderRoutes(parts: BulkParts & { readonly reader: RouterReader }) {
  const { world, reader } = parts;
  const params = z.object({ siteId: keySchema });
  const one = z.object({ siteId: keySchema, orderId: keySchema });
  const expiry = { expiresInSeconds: expirySeconds.default(expirySecondsUsual) };
  return [
    route({
      method: "POST",
      path: "/api/v1/routers/{siteId}/orders",
      summary:
        "Order one named change at a site's router; it waits in the router's lane, and GET tells what came of it",
      permission: "routers.read",
      params,
      body: z.strictObject({ action: askedActionSchema, ...expiry }),
      status: 202,
      response: orderView,
      handle: async ({ params: { siteId }, body, actor, providerId, transact, auditTarget }) => {
        refuseUnallowed(actor, body.action.kind);
        const actions = await withWholeNames(
          reader,
          () => transact((tx) => readSite(tx, siteId)),
          actor,
          { providerId, siteId },
          [body.action],
        );
        return transact(async (tx) => {
          const { name: siteName } = await readSite(tx, siteId);
          if (body.action.kind === "reboot")
            await refuseBusy(tx, { providerId, siteId, siteName }, ["restore", "upgrade"]);
          const circumstances = {
            providerId,
            by: actor,
            expiresInMs: body.expiresInSeconds * 1000,
            bulkId: null,
          };
          const [orderId = ""] = await insertOrders(
            parts,
            tx,
            actions.map((action) => ({ siteId, action })),
            circumstances,
          );
          auditTarget(siteId);
          const order = await readOrder(tx, actor, siteId, orderId);
          await parts.emit(tx, providerId, { topic: "router", id: siteId, action: "ordered" });
          return order;
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/routers/{siteId}/orders/many",
      summary: "Order many changes at a site's router, in their order; all of them are taken, or none",
      permission: "routers.read",
      bodyBytesMax: 512 * 1024,
      params,
      body: z.strictObject({ actions: z.array(askedActionSchema).min(1).max(actionsMax), ...expiry }),
      status: 202,
      response: z.object({ orderIds: z.array(z.string()) }),
      handle: async ({ params: { siteId }, body, actor, providerId, transact, auditTarget }) => {
        for (const { kind } of body.actions) refuseUnallowed(actor, kind);
        const actions = await withWholeNames(
          reader,
          () => transact((tx) => readSite(tx, siteId)),
          actor,
          { providerId, siteId },
          body.actions,
        );
        return transact(async (tx) => {
          await readSite(tx, siteId);
          const circumstances = {
            providerId,
            by: actor,
            expiresInMs: body.expiresInSeconds * 1000,
            bulkId: null,
          };
          const orders = actions.map((action) => ({ siteId, action }));
          const orderIds = await insertOrders(parts, tx, orders, circumstances);
          auditTarget(siteId);
          await parts.emit(tx, providerId, { topic: "router", id: siteId, action: "ordered" });
          return { orderIds };
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/routers/{siteId}/orders",
      summary:
        "What was ordered at a site's router, newest first: what waits, in which place, and what came of the rest",
      permission: "routers.read",
      params,
      query: list.query.extend({
        state: z.enum(orderStates).optional(),
        /** Only what has no outcome yet. */
        open: z.stringbool().optional(),
        ...spanFields,
      }),
      response: pageOf(orderView),
      handle: ({ params: { siteId }, query, actor, transact }) =>
        transact(async (tx) => {
          await readSite(tx, siteId);
          const { state, open } = query;
          const rows = orders(tx)
            .where("router_orders.siteId", "=", siteId)
            .$if(state !== undefined, (is) => is.where("router_orders.state", "=", state ?? "waiting"))
            .$if(open === true, (is) => is.where("router_orders.state", "in", ["waiting", "sent"]))
            .where(within(sql.ref("router_orders.orderedAtMs"), query));
          const seen = actor.may(revealsCodes) ? list : listWithoutNames;
          return seen.page(rows, query, (row) => viewOf(row, actor));
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/routers/{siteId}/orders/{orderId}",
      summary: "One order at a site's router",
      permission: "routers.read",
      params: one,
      response: orderView,
      volatile: Object.keys(orderView.shape),
      handle: ({ params: { siteId, orderId }, actor, transact }) =>
        transact((tx) => readOrder(tx, actor, siteId, orderId)),
    }),
    route({
      method: "POST",
      path: "/api/v1/routers/{siteId}/orders/{orderId}/cancel",
      summary: "Cancel an order that was not sent yet",
      permission: "routers.read",
      params: one,
      body: null,
      response: orderView,
      handle: ({ params: { siteId, orderId }, actor, providerId, transact }) =>
        transact(async (tx) => {
          const { kind } = await readKind(tx, siteId, orderId);
          refuseUnallowed(actor, kind);
          const cancelled = await tx
            .updateTable("router_orders")
            .set({ state: "cancelled", answeredAtMs: world.clock.wall().atMs, passwordSealed: null })
            .where("orderId", "=", orderId)
            .where("state", "=", "waiting")
            .returning("bulkId")
            .executeTakeFirst();
          if (cancelled === undefined) throw refusal("order-not-waiting");
          const order = await readOrder(tx, actor, siteId, orderId);
          if (cancelled.bulkId !== null) await advanceBulk(parts, tx, providerId, cancelled.bulkId);
          await parts.emit(tx, providerId, { topic: "router", id: siteId, action: "order-cancelled" });
          return order;
        }),
    }),
  ];
}

const place = sql<number | null>`case when router_orders.state in ('waiting', 'sent') then (
  select count(*) from router_orders before
  where before.provider_id = router_orders.provider_id and before.site_id = router_orders.site_id
    and before.state in ('waiting', 'sent') and before.order_id <= router_orders.order_id) end`;

function orders(tx: Tx) {
  return tx.selectFrom("router_orders").selectAll("router_orders").select(place.as("place"));
}

type Row = Awaited<ReturnType<ReturnType<typeof orders>["execute"]>>[number];

async function readKind(tx: Tx, siteId: string, orderId: string) {
  const row = await tx
    .selectFrom("router_orders")
    .select("kind")
    .where("siteId", "=", siteId)
    .where("orderId", "=", orderId)
    .executeTakeFirst();
  if (row === undefined) throw notFound("order");
  return row;
}

async function readOrder(tx: Tx, actor: Actor, siteId: string, orderId: string): Promise<OrderView> {
  const row = await orders(tx)
    .where("router_orders.siteId", "=", siteId)
    .where("router_orders.orderId", "=", orderId)
    .executeTakeFirst();
  if (row === undefined) throw notFound("order");
  return viewOf(row, actor);
}

function viewOf(row: Row, actor: Actor): OrderView {
  const view = wholeView(row);
  // What one typed oneself is no secret.
  const isOwn = row.kind === "add-hotspot-user" && row.orderedBy === actor.userId;
  return actor.may(revealsCodes) || isOwn ? view : maskOrder(view);
}

function wholeView(row: Row): OrderView {
  return {
    orderId: row.orderId,
    siteId: row.siteId,
    bulkId: row.bulkId,
    kind: row.kind,
    action: row.action,
    state: row.state,
    place: row.place,
    orderedBy: row.orderedByName,
    orderedAtMs: row.orderedAtMs,
    expiresAtMs: row.expiresAtMs,
    sentAtMs: row.sentAtMs,
    timesSent: row.timesSent,
    answeredAtMs: row.answeredAtMs,
    why: row.why,
    row: row.row,
  };
}
