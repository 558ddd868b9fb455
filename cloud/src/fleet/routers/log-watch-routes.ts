/** `/api/v1/router-log-watch` and `/api/v1/router-log-lines`: whether routers' logs are watched, for which topics, and what they said. */
import { logTopicsMax } from "@karibu/protocol/router/log-topics";
import { logSeverities } from "@karibu/protocol/rpc/router/read-router-log";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { readingProblems } from "./read-router.ts";

export const logWatchView = z.object({
  isOn: z.boolean(),
  /** Lines with one of them; none: all. */
  topics: z.array(z.string()),
  /** Sites whose router could not be asked the last time, and why. */
  unread: z.array(z.object({ siteId: z.string(), why: z.enum(readingProblems) })),
});

export const logLineView = z.object({
  id: z.string(),
  siteId: z.string(),
  siteName: z.string().nullable(),
  severity: z.enum(logSeverities),
  topics: z.string(),
  /** The newest of its kind: hostile text. */
  message: z.string(),
  /** At least so often: lines that differ in numbers and addresses are one kind. */
  times: z.number().int(),
  /** By the router's clock, in its words. */
  routerTime: z.string(),
  firstAtMs: z.number().int(),
  lastAtMs: z.number().int(),
});

const list = listOf({
  sort: { last: { by: sql.ref("line.lastAtMs"), kind: "number" } },
  default: "-last",
  tie: [sql.ref("line.siteId"), sql.ref("line.lineKey")],
  search: [sql.ref("line.message"), sql.ref("line.topics")],
});

const path = "/api/v1/router-log-watch";
const unreadMax = 100;

export function logWatchRoutes(world: World) {
  return [
    route({
      method: "GET",
      path,
      summary: "Whether errors and warnings in routers' logs are watched, and for which topics",
      permission: "routers.read",
      response: logWatchView,
      handle: ({ transact }) => transact(readWatch),
    }),
    route({
      method: "PUT",
      path,
      summary: "Watch errors and warnings in the logs of all routers, or no more; of chosen topics",
      permission: "sites.manage",
      body: z.strictObject({
        isOn: z.boolean(),
        topics: z
          .array(z.string().regex(/^[a-z][a-z0-9-]{0,39}$/))
          .max(logTopicsMax)
          .default([]),
      }),
      response: logWatchView,
      handle: ({ body: { isOn, topics }, providerId, transact }) =>
        transact(async (tx) => {
          const values = { isOn, topics: json([...new Set(topics)]), changedAtMs: world.clock.wall().atMs };
          await tx
            .insertInto("router_log_watches")
            .values({ providerId, ...values })
            .onConflict((on) => on.column("providerId").doUpdateSet(values))
            .execute();
          return readWatch(tx);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/router-log-lines",
      summary: "Errors and warnings that watched routers logged, each kind of line with how often",
      permission: "routers.read",
      query: list.query.extend({
        siteId: z.string().max(128).optional(),
        severity: logLineView.shape.severity.optional(),
      }),
      response: pageOf(logLineView),
      handle: ({ query, transact }) =>
        transact((tx) => {
          let rows = tx
            .selectFrom("router_log_lines as line")
            .leftJoin("sites as site", (join) =>
              join.onRef("site.providerId", "=", "line.providerId").onRef("site.siteId", "=", "line.siteId"),
            )
            .selectAll("line")
            .select("site.name as siteName");
          if (query.siteId !== undefined) rows = rows.where("line.siteId", "=", query.siteId);
          if (query.severity !== undefined) rows = rows.where("line.severity", "=", query.severity);
          return list.page(rows, query, (row) => ({
            id: `${row.siteId} ${row.lineKey}`,
            siteId: row.siteId,
            siteName: row.siteName,
            severity: row.severity,
            topics: row.topics,
            message: row.message,
            times: row.times,
            routerTime: row.routerTime,
            firstAtMs: row.firstAtMs,
            lastAtMs: row.lastAtMs,
          }));
        }),
    }),
  ];
}

async function readWatch(tx: Tx): Promise<z.input<typeof logWatchView>> {
  const watch = await tx.selectFrom("router_log_watches").selectAll().executeTakeFirst();
  const unread = await tx
    .selectFrom("router_log_sites as asked")
    .innerJoin("sites as site", (join) =>
      join.onRef("site.providerId", "=", "asked.providerId").onRef("site.siteId", "=", "asked.siteId"),
    )
    .select(["asked.siteId", "asked.problem"])
    .where("asked.problem", "is not", null)
    .where("site.deletedAtMs", "is", null)
    .orderBy("asked.siteId")
    .limit(unreadMax)
    .execute();
  return {
    isOn: watch?.isOn ?? false,
    topics: [...(watch?.topics ?? [])],
    unread: unread.flatMap(({ siteId, problem: why }) => (why === null ? [] : [{ siteId, why }])),
  };
}
