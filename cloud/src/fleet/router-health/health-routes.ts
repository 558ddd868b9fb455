/** `/api/v1/router-health`: the grade of each router with what was found, and what the provider wants done about differences. */

import { Fault } from "@karibu/protocol/fault";
import { driftPolicies } from "@karibu/protocol/router/desired-router";
import { findingLevels, gradeOf, healthGrades, type SiteFinding } from "@karibu/protocol/router/router-health";
import { examineRouter } from "@karibu/protocol/rpc/router/examine-router";
import { tryRadius } from "@karibu/protocol/rpc/router/try-radius";
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOfRows } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { tellRouterChanged } from "../router-services/tell-router-changed.ts";
import { problemOf, type ReadingProblem, readingProblems } from "../routers/read-router.ts";
import { selectSites } from "../sites/site-is-there.ts";
import { readSite } from "../sites/sites.ts";
import { holesOf } from "./firmware-holes.ts";
import { keepHealth, readPolicy } from "./health-store.ts";

const inBoth = z.object({ en: z.string(), sw: z.string() });
const findingView = z.object({
  check: z.string(),
  /** `stops`: customers can't buy, or need not. */
  level: z.enum(findingLevels),
  /** In both languages; the router's own names in it are text from outside. */
  text: inBoth,
  advice: inBoth,
  /** What the order `repair-drift` takes; null: a person must mend it. */
  repair: z.string().nullable(),
  isRisky: z.boolean(),
});

const summary = {
  siteId: z.string(),
  siteName: z.string(),
  /** A is best. Null: its agent said nothing yet. */
  grade: z.enum(healthGrades).nullable(),
  routerOs: z.string().nullable(),
  stops: z.int(),
  wrong: z.int(),
  notices: z.int(),
  toldAtMs: z.int().nullable(),
};
export const healthRow = z.object(summary);
export const healthView = z.object({
  ...summary,
  /** False: the hub does not know how this router should be: it was set up by hand, or its version is not known. */
  isCompared: z.boolean(),
  findings: z.array(findingView),
  /** Why there is no newer answer, of a router that was just asked; null: this is its answer. */
  why: z.enum(readingProblems).nullable(),
});
export type HealthRow = z.input<typeof healthRow>;
type HealthView = z.input<typeof healthView>;

export const policyView = z.object({ drift: z.enum(driftPolicies) });

interface HealthParts {
  readonly world: World;
  readonly emit: Emit;
  readonly publish: Publish;
  readonly callSite: CallSite;
}

export const radiusTryView = z.object({
  /** Why the site could not be asked; null: it was. */
  why: z.enum(readingProblems).nullable(),
  kind: z.enum(["answered", "no-answer", "not-listening", "no-radius"]).nullable(),
  tookMs: z.int().nullable(),
  /** Log-ins that its RADIUS was asked about since the agent started. */
  asked: z.int(),
});
const examineMsMax = 60_000;
const tryMsMax = 10_000;
const rank = (grade: HealthRow["grade"]) => (grade === null ? 0 : healthGrades.indexOf(grade) + 1);

const list = listOfRows<HealthRow>({
  sort: {
    grade: ({ grade }) => rank(grade),
    name: ({ siteName }) => siteName.toLowerCase(),
    version: ({ routerOs }) => routerOs ?? "",
  },
  default: "-grade",
  id: ({ siteId }) => siteId,
  search: ({ siteName, routerOs }) => [siteName, routerOs],
});

export function healthRoutes({ world, emit, publish, callSite }: HealthParts) {
  const params = z.object({ siteId: keySchema });
  const nowMs = () => world.clock.wall().atMs;
  return [
    route({
      method: "GET",
      path: "/api/v1/router-health",
      summary: "The grade of every site's router, the worst first",
      permission: "routers.read",
      query: list.query.extend({ grade: z.enum(healthGrades).optional() }),
      response: pageOf(healthRow),
      handle: ({ query, transact }) =>
        transact(async (tx) => {
          const rows = (await healthRows(tx).execute()).map((row) => summaryOf(viewOf(row)));
          return list.page(
            rows.filter(({ grade }) => query.grade === undefined || grade === query.grade),
            query,
          );
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/routers/{siteId}/health",
      summary: "What is wrong at a site's router, with its grade and what to do",
      permission: "routers.read",
      params,
      response: healthView,
      handle: ({ params: { siteId }, transact }) => transact((tx) => readHealth(tx, siteId, null)),
    }),
    route({
      method: "POST",
      path: "/api/v1/routers/{siteId}/health/examine",
      summary: "Look at a site's router now, and compare it with its set-up",
      permission: "routers.read",
      unaudited: true,
      params,
      body: null,
      response: healthView,
      handle: async ({ params: { siteId }, providerId, transact }) => {
        await transact((tx) => readSite(tx, siteId));
        const answer = await examine(callSite, siteId);
        return transact(async (tx) => {
          if ("why" in answer) return readHealth(tx, siteId, answer.why);
          await keepHealth(tx, providerId, [{ siteId, ...answer }], nowMs());
          const view = await readHealth(tx, siteId, null);
          await emit(tx, providerId, { topic: "router", id: siteId, action: "health" });
          return view;
        });
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/routers/{siteId}/radius/try",
      summary: "Have a site's agent ask its own RADIUS port by a real packet",
      permission: "routers.read",
      unaudited: true,
      params,
      body: null,
      response: radiusTryView,
      handle: async ({ params: { siteId }, transact }) => {
        await transact((tx) => readSite(tx, siteId));
        const answer = await callSite(siteId, tryRadius, {}, tryMsMax).catch((error: unknown) => {
          if (error instanceof Fault) return { why: problemOf(error) };
          throw error;
        });
        return "why" in answer ? { why: answer.why, kind: null, tookMs: null, asked: 0 } : { why: null, ...answer };
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/router-policy",
      summary: "What is done where a router differs from its set-up",
      permission: "routers.read",
      response: policyView,
      handle: ({ transact }) => transact(async (tx) => ({ drift: await readPolicy(tx) })),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/router-policy",
      summary: "Change what is done where a router differs: nothing, tell, or repair; sites hear of it at once",
      permission: "provider.manage",
      body: policyView,
      response: policyView,
      handle: ({ body: { drift }, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          auditTarget(providerId);
          const row = { drift, updatedAtMs: nowMs() };
          await tx
            .insertInto("router_policies")
            .values({ providerId, ...row })
            .onConflict((on) => on.column("providerId").doUpdateSet(row))
            .execute();
          await tellRouterChanged({ world, publish }, tx, { providerId, drift });
          return { drift };
        }),
    }),
  ];
}

async function examine(callSite: CallSite, siteId: string) {
  try {
    return await callSite(siteId, examineRouter, {}, examineMsMax);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { why: problemOf(error) } as { why: ReadingProblem };
  }
}

/** Of sites that are there. */
function healthRows(tx: Tx) {
  return selectSites(tx)
    .leftJoin("router_health", (join) =>
      join
        .onRef("router_health.providerId", "=", "sites.providerId")
        .onRef("router_health.siteId", "=", "sites.siteId"),
    )
    .select(["sites.siteId", "sites.name", "routerOs", "isCompared", "findings", "toldAtMs"]);
}

async function readHealth(tx: Tx, siteId: string, why: ReadingProblem | null): Promise<HealthView> {
  const row = await healthRows(tx).where("sites.siteId", "=", siteId).executeTakeFirst();
  if (row === undefined) throw notFound("site");
  return { ...viewOf(row), why };
}

type Row = Awaited<ReturnType<ReturnType<typeof healthRows>["execute"]>>[number];

function viewOf(row: Row): HealthView {
  const told = row.findings ?? [];
  const findings = [...told, ...holesOf(row.routerOs)];
  const count = (level: SiteFinding["level"]) => findings.filter((finding) => finding.level === level).length;
  return {
    siteId: row.siteId,
    siteName: row.name,
    grade: row.toldAtMs === null ? null : gradeOf(findings),
    routerOs: row.routerOs,
    stops: count("stops"),
    wrong: count("wrong"),
    notices: count("notice"),
    toldAtMs: row.toldAtMs,
    isCompared: row.isCompared ?? false,
    findings: findings
      .map(({ repair = null, isRisky = false, ...finding }) => ({ ...finding, repair, isRisky }))
      .sort((one, other) => findingLevels.indexOf(other.level) - findingLevels.indexOf(one.level)),
    why: null,
  };
}

function summaryOf({ isCompared: _, findings: __, why: ___, ...row }: HealthView): HealthRow {
  return row;
}
