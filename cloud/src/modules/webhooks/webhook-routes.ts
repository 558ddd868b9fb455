/** `/api/v1/webhooks`: where the hub posts to, what became of it, and a test. */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { json } from "../../ground/db/json.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { publicUrlSchema } from "../../ground/http-client/public-url.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { type BusinessEvent, businessEvents, permissionOfEvent } from "./business-events.ts";
import { beginEvents } from "./post-events.ts";
import { readWebhook, type WebhookRow, type Webhooks } from "./webhooks.ts";

const id = z.string().min(1).max(128);
const params = z.object({ webhookId: id });
const webhooksMax = 20;

export const webhookView = z.object({
  webhookId: z.string(),
  name: z.string(),
  /** Of the address; the rest of it may be a key. */
  host: z.string(),
  active: z.boolean(),
  /** Since when no delivery was taken; null: the last one was. */
  failingSinceMs: z.int().nullable(),
  createdAtMs: z.int(),
  /** Of the business; alarms come by rules that name it. */
  events: z.array(z.enum(businessEvents)),
  /** When the hub switched it off, because nobody took its deliveries for three days; null: it did not. */
  switchedOffAtMs: z.int().nullable(),
});

export const deliveryView = z.object({
  deliveryId: z.string(),
  webhookId: z.string(),
  event: z.string(),
  state: z.enum(["waiting", "delivered", "failed"]),
  tries: z.int(),
  /** Of the last answer; null: there was none. */
  status: z.int().nullable(),
  problem: z.string().nullable(),
  createdAtMs: z.int(),
});

const nameField = z.string().trim().min(1).max(100);
const eventsField = z.array(z.enum(businessEvents)).max(businessEvents.length);

/** Nobody lets an address hear what they may not see themselves. */
function refuseUnseen(events: readonly BusinessEvent[], actor: Actor): void {
  const unseen = events.find((event) => !actor.may(permissionOfEvent[event]));
  if (unseen !== undefined) throw refusal("not-allowed", { field: "events", rule: "event-hidden", value: unseen });
}

const list = listOf({
  sort: { name: { by: sql.ref("name"), kind: "string" } },
  default: "name",
  tie: [sql.ref("webhookId")],
  search: [sql.ref("name"), sql.ref("host")],
});
const deliveries = listOf({
  sort: { at: { by: sql.ref("createdAtMs"), kind: "number" } },
  default: "-at",
  tie: [sql.ref("deliveryId")],
  search: [sql.ref("event")],
});

export function webhookRoutes(world: World, webhooks: Webhooks) {
  return [
    route({
      method: "GET",
      path: "/api/v1/webhooks",
      summary: "Addresses that the hub posts to",
      permission: "alerts.read",
      query: list.query,
      response: pageOf(webhookView),
      handle: ({ query, transact }) =>
        transact((tx) => list.page(tx.selectFrom("webhooks").selectAll(), query, viewOf)),
    }),
    route({
      method: "POST",
      path: "/api/v1/webhooks",
      summary: "Add an address; the answer tells the secret of its signatures, once",
      permission: "alerts.manage",
      freshFactor: true,
      notForSupport: "sends-on",
      body: z.strictObject({ name: nameField, url: publicUrlSchema, events: eventsField.default([]) }),
      status: 201,
      response: webhookView.extend({ secret: z.string() }),
      handle: ({ body, providerId, actor, transact, auditTarget }) => {
        refuseUnseen(body.events, actor);
        return transact(async (tx) => {
          // One at a time: the count must hold.
          await lockProvider(tx, providerId);
          const { count } = await tx
            .selectFrom("webhooks")
            .select((from) => from.fn.countAll<number>().as("count"))
            .executeTakeFirstOrThrow();
          if (Number(count) >= webhooksMax) throw refusal("too-many-webhooks");
          if (body.events.length > 0) await beginEvents(tx, providerId);
          const { row, secret } = await webhooks.create(tx, providerId, body);
          auditTarget(row.webhookId);
          return { ...viewOf(row), secret };
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/webhooks/{webhookId}",
      summary: "One address, and what it hears",
      permission: "alerts.read",
      params,
      response: webhookView,
      volatile: ["failingSinceMs", "switchedOffAtMs"],
      handle: ({ params: { webhookId }, transact }) => transact(async (tx) => viewOf(await readWebhook(tx, webhookId))),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/webhooks/{webhookId}",
      summary: "Rename an address, switch it off and on, or choose what it hears",
      permission: "alerts.manage",
      freshFactor: true,
      notForSupport: "sends-on",
      params,
      body: z.strictObject({ name: nameField, active: z.boolean(), events: eventsField }).partial(),
      response: webhookView,
      handle: ({ params: { webhookId }, body: { events, ...body }, providerId, actor, transact }) => {
        refuseUnseen(events ?? [], actor);
        return transact(async (tx) => {
          const before = await readWebhook(tx, webhookId);
          // An address that hears again hears of what happens from now on.
          if ((events ?? before.events).length > 0) await beginEvents(tx, providerId);
          const row = await tx
            .updateTable("webhooks")
            .set({
              ...body,
              ...(events === undefined ? {} : { events: json(events) }),
              ...(body.active === true ? { switchedOffAtMs: null, failingSinceMs: null } : {}),
              updatedAtMs: world.clock.wall().atMs,
            })
            .where("webhookId", "=", webhookId)
            .returningAll()
            .executeTakeFirstOrThrow();
          return viewOf(row);
        });
      },
    }),
    route({
      method: "DELETE",
      path: "/api/v1/webhooks/{webhookId}",
      summary: "Remove an address; what waits for it is not sent",
      permission: "alerts.manage",
      params,
      status: 204,
      response: z.null(),
      handle: ({ params: { webhookId }, transact }) =>
        transact(async (tx) => {
          const { numDeletedRows } = await tx
            .deleteFrom("webhooks")
            .where("webhookId", "=", webhookId)
            .executeTakeFirst();
          if (numDeletedRows === 0n) throw notFound("webhook");
          return null;
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/webhooks/{webhookId}/test",
      summary: "Post a test to an address; its deliveries tell what became of it",
      permission: "alerts.manage",
      params,
      body: null,
      status: 202,
      response: z.object({ deliveryId: z.string() }),
      handle: ({ params: { webhookId }, providerId, transact }) =>
        transact(async (tx) => {
          await readWebhook(tx, webhookId);
          await lockProvider(tx, providerId);
          await refuseManyTests(tx, webhookId, world.clock.wall().atMs);
          const deliveryId = await webhooks.post(tx, providerId, webhookId, { event: "test", data: {} });
          if (deliveryId === null) throw refusal("webhook-is-off");
          return { deliveryId };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/webhook-deliveries",
      summary: "What was posted to which address, newest first",
      permission: "alerts.read",
      query: deliveries.query.extend({ webhookId: id.optional() }),
      response: pageOf(deliveryView),
      handle: ({ query, transact }) =>
        transact((tx) => {
          const rows = tx
            .selectFrom("webhook_deliveries")
            .selectAll()
            .$if(query.webhookId !== undefined, (is) => is.where("webhookId", "=", query.webhookId ?? ""));
          return deliveries.page(rows, query, (row) => ({
            deliveryId: row.deliveryId,
            webhookId: row.webhookId,
            event: row.event,
            state: row.state,
            tries: row.tries,
            status: row.status,
            problem: row.problem,
            createdAtMs: row.createdAtMs,
          }));
        }),
    }),
  ];
}

/** Each is tried for a day, at an address that may be anybody's: ten in an hour. */
async function refuseManyTests(tx: Tx, webhookId: string, nowMs: number): Promise<void> {
  const { count } = await tx
    .selectFrom("webhook_deliveries")
    .select((from) => from.fn.countAll<number>().as("count"))
    .where("webhookId", "=", webhookId)
    .where("event", "=", "test")
    // What a clock that was ahead dated would count until that time has come.
    .where((is) => is.between("createdAtMs", nowMs - 3_600_000 + 1, nowMs + processClockSlackMs))
    .executeTakeFirstOrThrow();
  const retryAfterSeconds = 3600;
  if (Number(count) >= 10) throw refusal("too-many-tries", { retryAfterSeconds });
}

const viewOf = (row: WebhookRow): z.output<typeof webhookView> => ({
  webhookId: row.webhookId,
  name: row.name,
  host: row.host,
  active: row.active,
  failingSinceMs: row.failingSinceMs,
  createdAtMs: row.createdAtMs,
  events: [...row.events],
  switchedOffAtMs: row.switchedOffAtMs,
});
