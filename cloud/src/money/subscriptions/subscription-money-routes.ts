/**
 * The doors that move money of subscriptions. Who attacks them: a request that is sent twice, two people at once, and staff who give service
 * away. The key of a request is the key in the books, the row is locked, and service comes of money that is in the books and of nothing else;
 * they want the permission for payments and a fresh second factor.
 */
import { z } from "zod";
import { amountCentsMax } from "../../ground/amounts/bounds.ts";
import { instantMs } from "../../ground/amounts/instants.ts";
import { refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { type ChargeParts, renew, settleChange } from "./charge-subscription.ts";
import { isOtherAmount, ofPlan, readPlanChange } from "./plan-change.ts";
import { planForAccount } from "./plan-for-account.ts";
import { overProblem, subscriptionParams, why } from "./subscription-routes.ts";
import { hasAccount, keep, readSubscription } from "./subscription-rows.ts";
import { subscriptionView, viewOf } from "./subscription-view.ts";

const from = z.enum(["credit", "cash"]);

export function subscriptionMoneyRoutes(parts: ChargeParts) {
  const now = () => parts.world.clock.wall().atMs;
  return [
    route({
      method: "POST",
      path: "/api/v1/subscriptions/{subscriptionId}/renew",
      summary:
        "Pay for periods more, with what is open beside: out of the customer's credit, or cash that the office took",
      permission: "payments.manage",
      notForSupport: "way-of-money",
      freshFactor: true,
      needsKey: true,
      params: subscriptionParams,
      body: z.strictObject({
        from,
        periods: z.int().min(1).max(36).default(1),
        why: why.optional(),
        /** What the person was shown: refused if somebody renewed it meanwhile. */
        paidUntilMs: instantMs.optional(),
      }),
      response: subscriptionView,
      handle: ({ params, body, key, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await readSubscription(tx, params.subscriptionId);
          if (row.endedAtMs !== null || row.pausedAtMs !== null || row.cancelAtEnd) throw overProblem();
          // Nobody pays for a log-in that was deleted.
          if (!(await hasAccount(tx, row.accountId))) throw overProblem();
          const payment = {
            from: body.from,
            key: `renew/${key}`,
            who: actor.name,
            why: body.why,
            seenUntilMs: body.paidUntilMs,
            takenBy: actor.userId,
          };
          return viewOf(tx, await renew(parts, tx, row, body.periods, payment), now());
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/subscriptions/{subscriptionId}/change-plan",
      summary:
        "Another plan from now on: the rest of the paid time is charged, or given back into the customer's credit, to the cent",
      permission: "payments.manage",
      notForSupport: "way-of-money",
      freshFactor: true,
      needsKey: true,
      params: subscriptionParams,
      body: z.strictObject({
        planId: z.string().min(1).max(128),
        from,
        /** What the person was shown: refused if it costs anything else by now. */
        expectedCents: z.int().min(-amountCentsMax).max(amountCentsMax).optional(),
        why: why.optional(),
      }),
      response: subscriptionView.extend({ chargedCents: z.int() }),
      handle: ({ params, body, key, actor, transactOnce }) =>
        transactOnce(async (tx) => {
          const row = await readSubscription(tx, params.subscriptionId);
          if (row.endedAtMs !== null || row.pausedAtMs !== null) throw overProblem();
          const plan = await planForAccount(tx, body.planId, row.accountId, "planId");
          if (plan.currency !== row.currency) throw refusal("other-currency", { status: 400, field: "planId" });
          if (plan.planId === row.planId && plan.priceCents === row.priceCents)
            return { ...(await viewOf(tx, row, now())), chargedCents: 0 };
          const { cents, left } = await readPlanChange(tx, row, plan.priceCents, now());
          if (isOtherAmount(cents, body.expectedCents ?? cents, row, plan))
            throw refusal("other-amount", { field: "expectedCents", value: cents });
          const payment = {
            from: body.from,
            key: `plan/${key}`,
            who: actor.name,
            why: body.why,
            takenBy: actor.userId,
          };
          const to = { planId: plan.planId, planName: plan.name };
          const entryId = await settleChange(parts, tx, row, cents, payment, to);
          const change = { ...ofPlan(plan, now()), ...left };
          const doing = { what: "plan-changed", who: actor.name, why: body.why, amountCents: cents, entryId };
          const changed = await keep(parts, tx, row, change, doing, { planId: plan.planId });
          return { ...(await viewOf(tx, changed, now())), chargedCents: cents };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/subscriptions/{subscriptionId}/plan-change",
      summary: "What a change to this plan would cost now; below zero: the customer gets it back",
      permission: "subscriptions.read",
      params: subscriptionParams,
      query: z.object({ planId: z.string().min(1).max(128).optional() }),
      response: z.object({ cents: z.int(), currency: z.string() }),
      handle: ({ params, query, transact }) =>
        transact(async (tx) => {
          const row = await readSubscription(tx, params.subscriptionId);
          const plan = await planForAccount(tx, query.planId ?? row.planId, row.accountId, "planId");
          const { cents } = await readPlanChange(tx, row, plan.priceCents, now());
          return { cents, currency: row.currency };
        }),
    }),
  ];
}
