/** The API of alarms: what a bell shows. Live events: topic `alarm` (reported, acknowledged), `site` and `channel` (conditions). */
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { type AlarmRow, conditions, reportedAlarms } from "./open-alarms.ts";

export const alarmView = z.object({
  id: z.string(),
  /** As `protocol/src/alarms/alarm-kinds.ts` has them; or another one, under which the newer agent of a site reported it. */
  kind: z.string(),
  severity: z.enum(["notice", "wrong"]),
  state: z.enum(["open", "acknowledged"]),
  siteId: z.string().nullable(),
  siteName: z.string().nullable(),
  channelId: z.string().nullable(),
  channelName: z.string().nullable(),
  /** What came with it: addresses, counts, reasons. */
  fields: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])),
  atMs: z.int(),
  acknowledgedAtMs: z.int().nullable(),
  /** The person's name. */
  acknowledgedBy: z.string().nullable(),
});

const list = listOf({
  sort: { at: { by: sql.ref("alarm.atMs"), kind: "number" } },
  default: "-at",
  tie: [sql.ref("alarm.alarmId")],
  search: [sql.ref("alarm.kind")],
});

const id = z.string().min(1).max(300);

const listQuery = list.query.extend({
  state: z.enum(["open", "acknowledged"]).optional(),
  siteId: z.string().max(128).optional(),
  kind: z.string().max(100).optional(),
  severity: alarmView.shape.severity.optional(),
  ...spanFields,
});

interface Asker {
  readonly lasting: AlarmSources;
  readonly providerId: string;
  readonly nowMs: number;
  /** May they read channels? */
  readonly withChannels: boolean;
}

export function alarmRoutes(world: World, emit: Emit, lasting: AlarmSources) {
  const nowMs = () => world.clock.wall().atMs;
  return [
    route({
      method: "GET",
      path: "/api/v1/alarms",
      summary: "Alarms, newest first: what sites reported, silent sites, channels whose keys are refused",
      permission: "sites.read",
      query: listQuery,
      response: pageOf(alarmView),
      handle: ({ query, providerId, actor, transact }) =>
        transact((tx) =>
          listAlarms(tx, query, { lasting, providerId, nowMs: nowMs(), withChannels: actor.may("channels.read") }),
        ),
    }),
    route({
      method: "POST",
      path: "/api/v1/alarms/{id}/acknowledge",
      summary: "Somebody has seen this alarm and takes care of it",
      permission: "sites.manage",
      params: z.object({ id }),
      body: null,
      response: z.object({ id: z.string(), acknowledgedAtMs: z.int() }),
      handle: ({ params, providerId, actor, transact }) =>
        transact(async (tx) => {
          const asker = { lasting, providerId, nowMs: nowMs(), withChannels: actor.may("channels.read") };
          const atMs = await acknowledge(tx, asker, params.id, actor.userId);
          await emit(tx, providerId, { topic: "alarm", id: params.id, action: "acknowledged" });
          return { id: params.id, acknowledgedAtMs: atMs };
        }),
    }),
  ];
}

async function listAlarms(tx: Tx, query: z.output<typeof listQuery>, asker: Asker) {
  const { state, siteId, kind, severity } = query;
  const partOf = (from: ReturnType<typeof reportedAlarms>) =>
    tx
      .selectFrom(from.as("alarm"))
      .selectAll("alarm")
      .$if(state === "open", (is) => is.where("alarm.acknowledgedAtMs", "is", null))
      .$if(state === "acknowledged", (is) => is.where("alarm.acknowledgedAtMs", "is not", null))
      .$if(siteId !== undefined, (is) => is.where("alarm.siteId", "=", siteId ?? ""))
      .$if(kind !== undefined, (is) => is.where("alarm.kind", "=", kind ?? ""))
      .$if(severity !== undefined, (is) => is.where("alarm.severity", "=", severity ?? "notice"))
      .where(within(sql.ref("alarm.atMs"), query));
  const part = (from: ReturnType<typeof reportedAlarms>) => list.cut(partOf(from), query);
  // Each part is cut by itself, so that the reported ones come from their index and not all of them are sorted.
  const both = sql<AlarmRow>`((${part(reportedAlarms(asker.providerId))}) union all (${part(conditions(asker.lasting, asker.providerId, asker))}))`;
  const rows = tx
    .selectFrom(both.as("alarm"))
    .leftJoin("sites as site", (join) =>
      join.on("site.providerId", "=", asker.providerId).onRef("site.siteId", "=", "alarm.siteId"),
    )
    .leftJoin("channels as channel", (join) =>
      join.on("channel.providerId", "=", asker.providerId).onRef("channel.channelId", "=", "alarm.channelId"),
    )
    .leftJoin("users as person", (join) =>
      join.on("person.providerId", "=", asker.providerId).onRef("person.userId", "=", "alarm.acknowledgedBy"),
    )
    .selectAll("alarm")
    .select(["site.name as siteName", "channel.name as channelName", "person.name as personName"]);
  const totals = [
    await list.totalOf(partOf(reportedAlarms(asker.providerId)), query),
    await list.totalOf(partOf(conditions(asker.lasting, asker.providerId, asker)), query),
  ].filter((total) => total !== null);
  const page = await list.page(rows, { ...query, count: false }, (row) => ({
    id: row.alarmId,
    kind: row.kind,
    severity: row.severity,
    state: row.acknowledgedAtMs === null ? ("open" as const) : ("acknowledged" as const),
    siteId: row.siteId,
    siteName: row.siteName,
    channelId: row.channelId,
    channelName: row.channelName,
    fields: row.fields,
    atMs: row.atMs,
    acknowledgedAtMs: row.acknowledgedAtMs,
    acknowledgedBy: row.personName,
  }));
  if (totals.length === 0) return page;
  const count = totals.reduce((sum, total) => sum + total.count, 0);
  return { ...page, total: { count, more: totals.some(({ more }) => more) } };
}

/** Who was first stays. Throws a Problem 404. */
async function acknowledge(tx: Tx, asker: Asker, alarmId: string, userId: string): Promise<number> {
  const { providerId, nowMs } = asker;
  const [from, siteId = "", epoch = "", seq = ""] = alarmId.split(".");
  if (from === "site") {
    if (!/^\d{1,15}$/.test(seq)) throw notFound("alarm");
    const { rows } = await sql<{ at: number }>`update alarms set
        acknowledged_at_ms = coalesce(acknowledged_at_ms, ${nowMs}::bigint), acknowledged_by = coalesce(acknowledged_by, ${userId})
      where provider_id = ${providerId} and site_id = ${siteId} and epoch = ${epoch} and seq = ${seq}::bigint
      returning acknowledged_at_ms as at`.execute(tx);
    if (rows[0] === undefined) throw notFound("alarm");
    return rows[0].at;
  }
  const found = await tx
    .selectFrom(conditions(asker.lasting, providerId, asker).as("alarm"))
    .selectAll("alarm")
    .where("alarm.alarmId", "=", alarmId)
    .executeTakeFirst();
  if (found === undefined) throw notFound("alarm");
  if (found.acknowledgedAtMs !== null) return found.acknowledgedAtMs;
  const seen = { sinceMs: found.atMs, acknowledgedAtMs: nowMs, acknowledgedBy: userId };
  await tx
    .insertInto("alarm_conditions_seen")
    .values({ providerId, alarmId, ...seen })
    .onConflict((conflict) => conflict.columns(["providerId", "alarmId"]).doUpdateSet(seen))
    .execute();
  return nowMs;
}
