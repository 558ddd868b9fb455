/**
 * `/api/v1/outages`: what customers are told when a site is away. Who attacks this door: somebody who would spend a provider's money on messages
 * (off until the provider says so, only to who wishes it, so many a minute, once each, and no more than the month's cap), a stolen log-in that
 * says its own words to all customers of a site as "planned work" (the second factor, anew, as for messages to groups), and a customer's page
 * that would switch another's wish (it passes its own customer's id).
 */
import { sql } from "kysely";
import { z } from "zod";
import { readCustomer } from "../../catalogue/customers/customers.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import type { Tx } from "../../ground/db/database.ts";
import { refusal, wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { type OutageRow, outageModes, outageStates } from "./outage.ts";
import {
  callOff,
  countCustomers,
  decide,
  type OutageParts,
  planWork,
  readOutage,
  readOutageRules,
  readOutageWish,
  setOutageWish,
} from "./outages.ts";

const id = z.string().min(1).max(128);
const minute = z.int().min(0).max(1439).nullable();
const params = z.object({ outageId: id });

export const outageRulesView = z.strictObject({
  /** `ask`: a person decides each time. */
  mode: z.enum(outageModes),
  /** Shorter ones are nobody's news. */
  afterMinutes: z.int().min(5).max(1440),
  tellsBack: z.boolean(),
  /** Minutes of the day, in the provider's time zone; both null: none. */
  quietFromMinute: minute,
  quietUntilMinute: minute,
  perMinute: z.int().min(1).max(1000),
});

export const outageView = z.object({
  outageId: z.string(),
  siteId: z.string(),
  siteName: z.string().nullable(),
  kind: z.enum(["outage", "maintenance"]),
  state: z.enum(outageStates),
  sinceMs: z.int(),
  untilMs: z.int().nullable(),
  words: z.string().nullable(),
  decidedBy: z.string().nullable(),
  /** Messages about it. */
  sent: z.int(),
  waiting: z.int(),
  skipped: z.int(),
});

const list = listOf({
  sort: { since: { by: sql.ref("outages.sinceMs"), kind: "number" } },
  default: "-since",
  tie: [sql.ref("outages.outageId")],
  search: [
    sql.ref("outages.words"),
    sql`(select s.name from sites s where s.provider_id = outages.provider_id and s.site_id = outages.site_id)`,
  ],
});

export function outageRoutes(parts: OutageParts) {
  const wishView = z.object({ wished: z.boolean(), how: z.string().nullable(), sinceMs: z.int().nullable() });
  return [
    route({
      method: "GET",
      path: "/api/v1/outage-rules",
      summary: "When customers are told of outages",
      permission: "messages.read",
      response: outageRulesView,
      handle: ({ transact }) => transact((tx) => readOutageRules(tx)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/outage-rules",
      summary: "Change when customers are told of outages",
      permission: "messages.manage",
      body: outageRulesView,
      response: outageRulesView,
      handle: ({ body, providerId, transact }) =>
        transact(async (tx) => {
          if ((body.quietFromMinute === null) !== (body.quietUntilMinute === null))
            throw wrongField("quietUntilMinute", "both-or-none");
          const row = {
            ...{
              mode: body.mode,
              afterMinutes: body.afterMinutes,
              tellsBack: body.tellsBack,
              perMinute: body.perMinute,
            },
            quietFromMinute: body.quietFromMinute,
            quietUntilMinute: body.quietUntilMinute,
          };
          await tx
            .insertInto("outage_rules")
            .values({ providerId, ...row })
            .onConflict((conflict) => conflict.column("providerId").doUpdateSet(row))
            .execute();
          return body;
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/outages",
      summary: "Outages and planned work, newest first, and who was told",
      permission: "messages.read",
      query: list.query.extend({
        state: z.enum(outageStates).optional(),
        kind: outageView.shape.kind.optional(),
        siteId: id.optional(),
        ...spanFields,
      }),
      response: pageOf(outageView),
      handle: ({ query, transact }) =>
        transact(async (tx) => {
          const { state, kind, siteId } = query;
          const rows = tx
            .selectFrom("outages")
            .selectAll()
            .$if(state !== undefined, (is) => is.where("state", "=", state ?? "found"))
            .$if(kind !== undefined, (is) => is.where("kind", "=", kind ?? "outage"))
            .$if(siteId !== undefined, (is) => is.where("siteId", "=", siteId ?? ""))
            .where(within(sql.ref("outages.sinceMs"), query));
          const page = await list.page(rows, query, (row) => row as OutageRow);
          return { ...page, items: await viewsOf(tx, page.items) };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/outage-audience",
      summary: "How many customers a site has, and how many of them wish to be told",
      permission: "messages.read",
      query: z.object({ siteId: id }),
      response: z.object({ all: z.int(), wishing: z.int() }),
      handle: ({ query, transact }) =>
        transact(async (tx) => {
          await readSite(tx, query.siteId, "siteId");
          return countCustomers(tx, [query.siteId]);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/outages",
      summary: "Plan work at sites: the customers who wish it are told",
      permission: "messages.manage",
      notForSupport: "words-to-customers",
      freshFactor: true,
      needsKey: true,
      body: z.strictObject({
        siteIds: z.array(id).min(1).max(200),
        fromMs: z.int().min(0).max(253_402_300_799_999),
        untilMs: z.int().min(0).max(253_402_300_799_999),
        /** What else is said. */
        words: z.string().trim().min(1).max(200).nullable().default(null),
      }),
      status: 201,
      response: z.object({ items: z.array(outageView) }),
      handle: ({ body, providerId, actor, transactOnce, auditTarget }) =>
        transactOnce(async (tx) => {
          const nowMs = parts.world.clock.wall().atMs;
          if (body.untilMs <= Math.max(body.fromMs, nowMs))
            throw refusal("bad-visit", { field: "untilMs", rule: "end-not-later" });
          const { fromMs, untilMs, words } = body;
          const rows: OutageRow[] = [];
          for (const siteId of [...new Set(body.siteIds)].sort()) {
            await readSite(tx, siteId, "siteIds");
            rows.push(await planWork(parts, tx, { providerId, siteId, fromMs, untilMs, words, by: actor.name }));
          }
          auditTarget(String(rows[0]?.outageId));
          return { items: await viewsOf(tx, rows) };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/outages/{outageId}",
      summary: "One outage, or planned work",
      permission: "messages.read",
      params,
      response: outageView,
      handle: ({ params: { outageId }, transact }) =>
        transact(async (tx) => (await viewsOf(tx, [await readOutage(tx, outageId)]))[0] as z.input<typeof outageView>),
    }),
    route({
      method: "POST",
      path: "/api/v1/outages/{outageId}/decide",
      summary: "Tell the customers who wish it of an outage, or nobody",
      permission: "messages.manage",
      needsKey: true,
      params,
      body: z.strictObject({ tell: z.boolean() }),
      response: outageView,
      handle: ({ params: { outageId }, body, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await decide(parts, tx, await readOutage(tx, outageId), body.tell, actor.name);
          return (await viewsOf(tx, [row]))[0] as z.input<typeof outageView>;
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/outages/{outageId}/call-off",
      summary: "Planned work does not take place, or nobody else is told of an outage",
      permission: "messages.manage",
      params,
      body: null,
      response: outageView,
      handle: ({ params: { outageId }, actor, transact }) =>
        transact(async (tx) => {
          const row = await callOff(parts, tx, await readOutage(tx, outageId), actor.name);
          return (await viewsOf(tx, [row]))[0] as z.input<typeof outageView>;
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/customers/{customerId}/outage-wish",
      summary: "Whether a customer wishes to be told of outages, and who said so",
      permission: "customers.read",
      params: z.object({ customerId: id }),
      response: wishView,
      handle: ({ params: { customerId }, transact }) =>
        transact(async (tx) => {
          await readCustomer(tx, customerId);
          return readOutageWish(tx, customerId);
        }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/customers/{customerId}/outage-wish",
      summary: "A customer wishes to be told of outages, or no more",
      permission: "customers.manage",
      params: z.object({ customerId: id }),
      body: z.strictObject({ wished: z.boolean() }),
      response: wishView,
      handle: ({ params: { customerId }, body, providerId, actor, transact }) =>
        transact(async (tx) => {
          await setOutageWish(parts, tx, { providerId, customerId, wished: body.wished, how: actor.name });
          return readOutageWish(tx, customerId);
        }),
    }),
  ];
}

async function viewsOf(tx: Tx, rows: readonly OutageRow[]): Promise<z.input<typeof outageView>[]> {
  const sites = await tx
    .selectFrom("sites")
    .select(["siteId", "name"])
    .where("siteId", "in", [...rows.map((row) => row.siteId), ""])
    .execute();
  const counts = await tx
    .selectFrom("outage_notices")
    .select(["outageId", "state"])
    .select((of) => of.fn.countAll<number>().as("count"))
    .where("outageId", "in", [...rows.map((row) => row.outageId), ""])
    .groupBy(["outageId", "state"])
    .execute();
  return rows.map((row) => {
    const count = (state: string) =>
      Number(counts.find((one) => one.outageId === row.outageId && one.state === state)?.count ?? 0);
    return {
      outageId: row.outageId,
      siteId: row.siteId,
      siteName: sites.find((one) => one.siteId === row.siteId)?.name ?? null,
      kind: row.kind,
      state: row.state,
      sinceMs: row.sinceMs,
      untilMs: row.untilMs,
      words: row.words,
      decidedBy: row.decidedBy,
      sent: count("sent"),
      waiting: count("waiting"),
      skipped: count("skipped"),
    };
  });
}
