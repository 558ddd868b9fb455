/** `/api/v1/alarm-quiet-hours` and `/api/v1/maintenance-windows`: when alarms tell nobody. */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { notFound, refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { userNameOf } from "../../identity/users/user-names.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { checkSites, once } from "./named-rows.ts";

const id = z.string().min(1).max(128);
const timeMs = z.int().min(0).max(253_402_300_799_999);
const windowFields = z.strictObject({
  siteIds: z.array(id).min(1).max(2000).nullable(),
  reason: z.string().trim().min(1).max(200),
  fromMs: timeMs,
  untilMs: timeMs,
});
export const windowView = windowFields.extend({
  windowId: z.string(),
  /** The person's name. */
  madeBy: z.string().nullable(),
});
const minute = z.int().min(0).max(1439);
export const quietView = z.object({
  /** Minutes after midnight in the provider's zone; both null: there are none. */
  fromMinute: minute.nullable(),
  untilMinute: minute.nullable(),
});

const windowsMax = 100;
/** Somebody forgets to end it: nothing is silent for longer. */
const windowMsMax = 14 * 86_400_000;

const windowList = listOf({
  sort: { from: { by: sql.ref("fromMs"), kind: "number" } },
  default: "-from",
  tie: [sql.ref("windowId")],
  search: [sql.ref("reason")],
});
export function quietRoutes({ world }: { readonly world: World }) {
  const nowMs = () => world.clock.wall().atMs;
  return [
    route({
      method: "GET",
      path: "/api/v1/alarm-quiet-hours",
      summary: "When nobody is woken",
      permission: "alerts.read",
      response: quietView,
      handle: ({ providerId, transact }) => transact((tx) => readQuiet(tx, providerId)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/alarm-quiet-hours",
      summary: "Set when nobody is woken; null, null: never quiet",
      permission: "alerts.manage",
      body: z.strictObject(quietView.shape),
      response: quietView,
      handle: ({ body: { fromMinute, untilMinute }, providerId, transact }) =>
        transact(async (tx) => {
          if ((fromMinute === null) !== (untilMinute === null)) {
            const field = fromMinute === null ? "fromMinute" : "untilMinute";
            throw wrongField(field, "both-or-none");
          }
          await lockProvider(tx, providerId);
          await tx.deleteFrom("alert_quiet_hours").where("providerId", "=", providerId).execute();
          if (fromMinute !== null && untilMinute !== null)
            await tx.insertInto("alert_quiet_hours").values({ providerId, fromMinute, untilMinute }).execute();
          return { fromMinute, untilMinute };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/maintenance-windows",
      summary: "Times in which alarms of some sites tell nobody",
      permission: "alerts.read",
      query: windowList.query,
      response: pageOf(windowView),
      handle: ({ query, transact }) =>
        transact((tx) =>
          windowList.page(
            tx
              .selectFrom("maintenance_windows")
              .selectAll("maintenance_windows")
              .select(userNameOf("maintenance_windows", "madeBy").as("personName")),
            query,
            (row) => ({
              windowId: row.windowId,
              siteIds: row.siteIds === null ? null : [...row.siteIds],
              reason: row.reason,
              fromMs: row.fromMs,
              untilMs: row.untilMs,
              madeBy: row.personName,
            }),
          ),
        ),
    }),
    route({
      method: "POST",
      path: "/api/v1/maintenance-windows",
      summary: "Alarms of these sites tell nobody in this time, at most 14 days",
      permission: "alerts.manage",
      body: windowFields,
      status: 201,
      response: z.object({ windowId: z.string() }),
      handle: ({ body, providerId, actor, transact, auditTarget }) =>
        transact(async (tx) => {
          if (body.untilMs <= body.fromMs || body.untilMs <= nowMs()) throw wrongField("untilMs", "end-not-later");
          if (body.untilMs - body.fromMs > windowMsMax) throw wrongField("untilMs", "days-at-most", 14);
          const siteIds = once(body.siteIds);
          await checkSites(tx, siteIds);
          await lockProvider(tx, providerId);
          const { count } = await tx
            .selectFrom("maintenance_windows")
            .select((from) => from.fn.countAll<number>().as("count"))
            .where("untilMs", ">", nowMs())
            .executeTakeFirstOrThrow();
          if (Number(count) >= windowsMax) throw refusal("too-many-windows");
          const windowId = newId(world);
          await tx
            .insertInto("maintenance_windows")
            .values({
              providerId,
              windowId,
              siteIds: siteIds === null ? null : json(siteIds),
              reason: body.reason,
              fromMs: body.fromMs,
              untilMs: body.untilMs,
              madeBy: actor.userId,
              createdAtMs: nowMs(),
            })
            .execute();
          auditTarget(windowId);
          return { windowId };
        }),
    }),
    route({
      method: "DELETE",
      path: "/api/v1/maintenance-windows/{windowId}",
      summary: "End or remove a maintenance window",
      permission: "alerts.manage",
      params: z.object({ windowId: id }),
      status: 204,
      response: z.null(),
      handle: ({ params: { windowId }, transact }) =>
        transact(async (tx) => {
          const gone = await tx.deleteFrom("maintenance_windows").where("windowId", "=", windowId).executeTakeFirst();
          if (gone.numDeletedRows === 0n) throw notFound("maintenance window");
          return null;
        }),
    }),
  ];
}

async function readQuiet(tx: Tx, providerId: string) {
  const row = await tx
    .selectFrom("alert_quiet_hours")
    .selectAll()
    .where("providerId", "=", providerId)
    .executeTakeFirst();
  return { fromMinute: row?.fromMinute ?? null, untilMinute: row?.untilMinute ?? null };
}
