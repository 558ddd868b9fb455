/** A provider's rules for subscriptions, and those of a plan that differ: grace, what comes after it, fees, promises, pauses. */
import { z } from "zod";
import { readKeptPlan } from "../../catalogue/plans/plans.ts";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import type { SubscriptionRow } from "./subscription.ts";
import { keep, type RowParts, readRules } from "./subscription-rows.ts";

export const rulesView = z.strictObject({
  graceSeconds: z.int().min(0).max(31_536_000),
  afterWay: z.enum(["cut", "page", "slower"]),
  slowDownKbps: z.int().min(64).max(1_000_000),
  slowUpKbps: z.int().min(64).max(1_000_000),
  lateFeeCents: z.int().min(0).max(1_000_000_000),
  promiseDaysMax: z.int().min(0).max(31),
  pauseDaysMax: z.int().min(0).max(366),
});
/** In the place of a plan: all that have none of their own. */
const everyPlan = "*";

export function rulesRoutes(parts: RowParts) {
  const write = async (tx: Tx, providerId: string, planId: string, rules: z.output<typeof rulesView>) => {
    const row = {
      graceSeconds: rules.graceSeconds,
      afterWay: rules.afterWay,
      slowDownKbps: rules.slowDownKbps,
      slowUpKbps: rules.slowUpKbps,
      lateFeeCents: rules.lateFeeCents,
      promiseDaysMax: rules.promiseDaysMax,
      pauseDaysMax: rules.pauseDaysMax,
    };
    await tx
      .insertInto("subscription_rules")
      .values({ providerId, planId, ...row })
      .onConflict((on) => on.columns(["providerId", "planId"]).doUpdateSet(row))
      .execute();
    await tellAll(parts, tx, planId);
    return readRules(tx, planId);
  };
  const params = z.object({ planId: z.string().min(1).max(128) });
  return [
    route({
      method: "GET",
      path: "/api/v1/subscription-rules",
      summary: "The rules for subscriptions of plans that have none of their own",
      permission: "subscriptions.read",
      response: rulesView,
      handle: ({ transact }) => transact((tx) => readRules(tx, everyPlan)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/subscription-rules",
      summary: "Set them; they hold at once, at every site",
      permission: "plans.manage",
      body: rulesView,
      response: rulesView,
      handle: ({ body, providerId, transact }) => transact((tx) => write(tx, providerId, everyPlan, body)),
    }),
    route({
      method: "GET",
      path: "/api/v1/plans/{planId}/subscription-rules",
      summary: "The rules for subscriptions to this plan",
      permission: "subscriptions.read",
      params,
      response: rulesView,
      handle: ({ params: { planId }, transact }) =>
        transact(async (tx) => readRules(tx, (await readKeptPlan(tx, planId)).planId)),
    }),
    route({
      method: "PUT",
      path: "/api/v1/plans/{planId}/subscription-rules",
      summary: "Rules of this plan's own",
      permission: "plans.manage",
      params,
      body: rulesView,
      response: rulesView,
      handle: ({ params: { planId }, body, providerId, transact }) =>
        transact(async (tx) => write(tx, providerId, (await readKeptPlan(tx, planId)).planId, body)),
    }),
  ];
}

/** What its subscriptions are worth may have changed. */
async function tellAll(parts: RowParts, tx: Tx, planId: string): Promise<void> {
  const rows = await tx
    .selectFrom("subscriptions")
    .selectAll()
    .where("kind", "=", "line")
    .where("endedAtMs", "is", null)
    .$if(planId !== everyPlan, (is) => is.where("planId", "=", planId))
    .orderBy("subscriptionId")
    .forUpdate()
    .$castTo<SubscriptionRow>()
    .execute();
  // Who is over by the new rules is looked at, for the log, the notice and the late fee.
  const look = { nextLookMs: parts.world.clock.wall().atMs };
  for (const row of rows) await keep(parts, tx, row, { ...look, notedPhase: row.notedPhase }, null);
}
