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
      grace_seconds: rules.graceSeconds,
      after_way: rules.afterWay,
      slow_down_kbps: rules.slowDownKbps,
      slow_up_kbps: rules.slowUpKbps,
      late_fee_cents: rules.lateFeeCents,
      promise_days_max: rules.promiseDaysMax,
      pause_days_max: rules.pauseDaysMax,
    };
    await tx
      .insertInto("subscription_rules")
      .values({ provider_id: providerId, plan_id: planId, ...row })
      .onConflict((on) => on.columns(["provider_id", "plan_id"]).doUpdateSet(row))
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
        transact(async (tx) => readRules(tx, (await readKeptPlan(tx, planId)).plan_id)),
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
        transact(async (tx) => write(tx, providerId, (await readKeptPlan(tx, planId)).plan_id, body)),
    }),
  ];
}

/** What its subscriptions are worth may have changed. */
async function tellAll(parts: RowParts, tx: Tx, planId: string): Promise<void> {
  const rows = await tx
    .selectFrom("subscriptions")
    .selectAll()
    .where("kind", "=", "line")
    .where("ended_at_ms", "is", null)
    .$if(planId !== everyPlan, (is) => is.where("plan_id", "=", planId))
    .orderBy("subscription_id")
    .forUpdate()
    .$castTo<SubscriptionRow>()
    .execute();
  // Who is over by the new rules is looked at, for the log, the notice and the late fee.
  const look = { next_look_ms: parts.world.clock.wall().atMs };
  for (const row of rows) await keep(parts, tx, row, { ...look, noted_phase: row.noted_phase }, null);
}
