/**
 * Tests of the way to sites' routers. Those of hosted sites wait in a table that all hub processes share; the site's host takes each once, with its
 * password, dials by itself, and reports the steps. All others are asked of the site's own agent over its link. The hub dials nobody.
 *
 * Attackers: an operator who guesses passwords or floods routers (one test a site at a time, one in five seconds, twenty a minute and provider);
 * a host that reports on other hosts' sites (a report counts for its own test alone, until that ends); a router that answers hostile text
 * (cut at the host, checked here by a schema, shown as text nodes).
 */

import { Fault } from "@karibu/protocol/fault";
import { newId } from "@karibu/protocol/identifiers";
import { routerTestSteps, stepsAt, type TestedRouter, type ToldTestStep } from "@karibu/protocol/router/router-test";
import { probeRouter } from "@karibu/protocol/rpc/router/probe-router";
import { reportRouterTest, takeRouterTests } from "@karibu/protocol/rpc/router/router-tests";
import { serve } from "@karibu/protocol/rpc/rpc";
import type { World } from "@karibu/protocol/world";
import { type Insertable, type Selectable, sql } from "kysely";
import type { CallSite } from "../../ground/agents/rpc-handler.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { json } from "../../ground/db/json.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { refusal } from "../../ground/http/problem.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { lockProvider } from "../../tenancy/providers/lock-provider.ts";
import { hostings } from "../hosted-sites/hosted-sites.ts";
import type { Place, RouterAccess } from "./router-access.ts";

export type RouterTestRow = Selectable<Schema["router_tests"]>;

/** NOTIFY channel. Payload: the host whose tests wait. */
export const testsChannel = "karibu_router_tests";

/** A host that is there takes a test within a second. */
const takenMsMax = 15_000;
/** Its steps take 40 seconds at most. */
const testMsMax = 60_000;
/** An agent answers a little later than its probe ends. */
const probeMsMax = 50_000;
const betweenMs = 5000;
const aMinuteMax = 20;
const atOnceMax = 20;

const contextOf = (testId: string) => `router-test/${testId}`;

export interface TestParts {
  readonly world: World;
  readonly envelope: Envelope;
  readonly emit: Emit;
}

/** Throws Problems 409 "router-test-runs" and 429 "too-many-router-tests". */
export async function beginTest(
  parts: TestParts,
  tx: Tx,
  place: Place,
  { hostId, access }: { readonly hostId: string; readonly access: RouterAccess },
): Promise<void> {
  const testId = newId(parts.world);
  await insertTest(parts, tx, place, {
    testId,
    hostId,
    port: access.port,
    userName: access.user,
    passwordSealed: parts.envelope.seal(Buffer.from(access.password), contextOf(testId)),
    takenAtMs: null,
  });
  await sql`select pg_notify(${testsChannel}, ${hostId})`.execute(tx);
}

/** Of a site that no host has: its own agent is asked next. Gives the test's id; throws as `beginTest` does. */
export async function beginOwnTest(parts: TestParts, tx: Tx, place: Place): Promise<string> {
  const testId = newId(parts.world);
  const nowMs = parts.world.clock.wall().atMs;
  const own = { hostId: null, port: null, userName: null, passwordSealed: null };
  await insertTest(parts, tx, place, { testId, ...own, takenAtMs: nowMs });
  return testId;
}

async function insertTest(
  { world, emit }: TestParts,
  tx: Tx,
  place: Place,
  asked: Pick<
    Insertable<Schema["router_tests"]>,
    "testId" | "hostId" | "port" | "userName" | "passwordSealed" | "takenAtMs"
  >,
): Promise<void> {
  const { providerId, siteId } = place;
  const nowMs = world.clock.wall().atMs;
  await refuseMore(tx, place, nowMs);
  const row = {
    ...asked,
    askedAtMs: nowMs,
    expiresAtMs: nowMs + takenMsMax,
    endedAtMs: null,
    steps: json(routerTestSteps.map((step) => ({ step, state: "todo" as const, problem: null }))),
    router: null,
  };
  await tx
    .insertInto("router_tests")
    .values({ providerId, siteId, ...row })
    .onConflict((on) => on.columns(["providerId", "siteId"]).doUpdateSet(row))
    .execute();
  await emit(tx, providerId, { topic: "router", id: siteId, action: "test-begun" });
}

interface ToldProbe {
  readonly steps: readonly ToldTestStep[];
  readonly router: TestedRouter | null;
}

/** Asks the site's agent, which dials its own router. An agent that can't be asked fails the first step. Never rejects for that. */
export async function probeByAgent(call: CallSite, siteId: string): Promise<ToldProbe> {
  try {
    const probe = await call(siteId, probeRouter, {}, probeMsMax);
    return probe ?? { steps: stepsAt("network", "no-router"), router: null };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    const problem = { "site/away": "agent-away", "site/refused": "agent-too-old" } as const;
    return { steps: stepsAt("network", problem[error.code as keyof typeof problem] ?? "no-answer"), router: null };
  }
}

/** What came of a test that the site's own agent walked. */
export async function endOwnTest(
  { world, emit }: TestParts,
  tx: Tx,
  { providerId, siteId }: Place,
  testId: string,
  { steps, router }: ToldProbe,
): Promise<void> {
  await tx
    .updateTable("router_tests")
    .set({ ...outcomeOf(steps, router), endedAtMs: world.clock.wall().atMs })
    .where("testId", "=", testId)
    .where("endedAtMs", "is", null)
    .execute();
  await emit(tx, providerId, { topic: "router", id: siteId, action: "tested" });
}

async function refuseMore(tx: Tx, { providerId, siteId }: Place, nowMs: number): Promise<void> {
  // Two requests at once wait for each other here.
  await lockProvider(tx, providerId);
  const newestMs = nowMs + processClockSlackMs;
  const known = await readTest(tx, siteId);
  // One that was asked for in days to come was asked for by a clock that was ahead.
  const last = known !== null && known.askedAtMs <= newestMs ? known : null;
  if (last !== null && isUnderWay(last, nowMs)) throw refusal("router-test-runs");
  const { count } = await tx
    .selectFrom("router_tests")
    .select((row) => row.fn.countAll<number>().as("count"))
    .where("askedAtMs", ">", nowMs - 60_000)
    .where("askedAtMs", "<=", newestMs)
    .executeTakeFirstOrThrow();
  if (Number(count) >= aMinuteMax || (last !== null && nowMs - last.askedAtMs < betweenMs))
    throw refusal("too-many-router-tests", {
      retryAfterSeconds: Number(count) >= aMinuteMax ? 60 : 5,
    });
}

/** Null: the site's router was never tested. */
export async function readTest(tx: Tx, siteId: string): Promise<RouterTestRow | null> {
  return (await tx.selectFrom("router_tests").selectAll().where("siteId", "=", siteId).executeTakeFirst()) ?? null;
}

export async function forgetTest(tx: Tx, siteId: string): Promise<void> {
  await tx.deleteFrom("router_tests").where("siteId", "=", siteId).execute();
}

export const isUnderWay = (row: RouterTestRow, nowMs: number): boolean =>
  row.endedAtMs === null && nowMs < (row.takenAtMs === null ? row.expiresAtMs : row.takenAtMs + testMsMax);

/** What the host says; where it says no more, the step that it was at has failed. Pure. */
export function stepsOf(row: RouterTestRow, nowMs: number): readonly ToldTestStep[] {
  if (row.endedAtMs !== null || isUnderWay(row, nowMs)) return row.steps;
  const at = row.steps.findIndex(({ state }) => state !== "done");
  return row.steps.map((step, place) =>
    place === at ? { ...step, state: "failed", problem: row.takenAtMs === null ? "host-away" : "no-answer" } : step,
  );
}

/** What hosts ask and report. `Caller`: the host's id, which its link has proved. */
export function routerTestHandlers(database: Database, { world, envelope, emit }: TestParts) {
  return [
    serve(takeRouterTests, (_params, hostId: string) =>
      database.asPlatform("take-router-tests", async (tx) => {
        const nowMs = world.clock.wall().atMs;
        const { rows } = await sql<{
          testId: string;
          siteId: string;
          port: number;
          userName: string;
          sealed: Uint8Array;
        }>`
          update router_tests t set taken_at_ms = ${nowMs}::bigint, password_sealed = null
          from (
            select w.provider_id, w.site_id, w.password_sealed as sealed from router_tests w
            join ${hostings} h on h.provider_id = w.provider_id and h.site_id = w.site_id and h.host_id = w.host_id
            where w.host_id = ${hostId} and w.taken_at_ms is null and w.expires_at_ms > ${nowMs}::bigint
              and w.password_sealed is not null
            order by w.asked_at_ms limit ${atOnceMax} for update of w skip locked
          ) due
          where t.provider_id = due.provider_id and t.site_id = due.site_id
          returning t.test_id, t.site_id, t.port, t.user_name, due.sealed
        `.execute(tx);
        return {
          tests: rows.map((row) => ({
            testId: row.testId,
            siteId: row.siteId,
            port: row.port,
            user: row.userName,
            password: envelope.open(row.sealed, contextOf(row.testId)).toString(),
          })),
        };
      }),
    ),
    serve(reportRouterTest, ({ testId, steps, router, isOver }, hostId: string) =>
      database.asPlatform("report-router-test", async (tx) => {
        const nowMs = world.clock.wall().atMs;
        const row = await tx
          .updateTable("router_tests")
          .set({ ...outcomeOf(steps, router), endedAtMs: isOver ? nowMs : null })
          .where("testId", "=", testId)
          .where("hostId", "=", hostId)
          .where("endedAtMs", "is", null)
          .where("takenAtMs", ">", nowMs - testMsMax)
          .returning(["providerId", "siteId"])
          .executeTakeFirst();
        if (row !== undefined) await emit(tx, row.providerId, { topic: "router", id: row.siteId, action: "tested" });
        return {};
      }),
    ),
  ];
}

const outcomeOf = (steps: readonly ToldTestStep[], router: TestedRouter | null) => ({
  steps: json(inOrder(steps)),
  router: router === null ? null : json(storable(router)),
});

/** Each step once, in its place; what a report leaves out is still to do. */
function inOrder(said: readonly ToldTestStep[]): ToldTestStep[] {
  return routerTestSteps.map(
    (step) => said.find((one) => one.step === step) ?? { step, state: "todo" as const, problem: null },
  );
}

/** A database keeps no NUL and no half characters. */
function storable({ identity, version, board, missing }: TestedRouter): TestedRouter {
  const clean = (text: string) => text.replaceAll("\0", "").toWellFormed();
  return { identity: clean(identity), version: clean(version), board: clean(board), missing };
}
