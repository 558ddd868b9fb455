/**
 * What customers do with their services by themselves. Who attacks: a customer who names somebody else's service (404, `own.ts`), who sends a request
 * twice or many at once (the row is locked, the key is the key in the books), who wants a plan that is not for them (only those that the provider
 * lists), a price of before (they say what they saw), or a dear plan for the days between the end of what is paid and the renewal (no plan is changed
 * then). Service comes of the customer's proved credit alone.
 */
import type { World } from "@karibu/protocol/world";
import { z } from "zod";
import { isServed } from "../../catalogue/accounts/accounts.ts";
import { amountCentsMax } from "../../ground/amounts/bounds.ts";
import { instantMs } from "../../ground/amounts/instants.ts";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { CustomerCaller } from "../../ground/http/actor.ts";
import { customerRefusal, notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import type { ChannelKinds } from "../../money/channels/channel-kinds.ts";
import {
  type ChargeParts,
  dueCents,
  itemsOf,
  renew,
  settleChange,
} from "../../money/subscriptions/charge-subscription.ts";
import { dayMs, paidUntilOf } from "../../money/subscriptions/period-arithmetic.ts";
import { isOtherAmount, ofPlan, readPlanChange } from "../../money/subscriptions/plan-change.ts";
import { planForAccount, sameLengthAs } from "../../money/subscriptions/plan-for-account.ts";
import { renewalWayBody, renewalWayOf } from "../../money/subscriptions/policy/renewal-way.ts";
import type { SubscriptionRow } from "../../money/subscriptions/subscription.ts";
import { endPause } from "../../money/subscriptions/subscription-jobs.ts";
import { phaseOf, refusePause, refusePromise } from "../../money/subscriptions/subscription-policy.ts";
import { overProblem } from "../../money/subscriptions/subscription-routes.ts";
import { factsOf, hasAccount, keep, pausedDaysOf } from "../../money/subscriptions/subscription-rows.ts";
import { providerParams } from "../log-in/log-in-routes.ts";
import { readPageSettings } from "../settings/page-settings.ts";
import { readOwnSubscription, readSelf, refuseShut, refuseSuspended } from "./own.ts";
import { promiseUntilMs, serviceView, viewOfService } from "./service-view.ts";

export interface ServiceParts extends ChargeParts {
  readonly world: World;
  readonly database: Database;
  readonly kinds: ChannelKinds;
}

/** In the log of a subscription. */
export const who = "customer";
const params = providerParams.extend({ subscriptionId: z.string().min(1).max(64) });
const path = "/api/v1/my/{provider}/subscriptions/{subscriptionId}";

export function serviceRoutes(parts: ServiceParts) {
  const now = () => parts.world.clock.wall().atMs;
  const common = { permission: "customer", params, response: serviceView } as const;
  /** The customer's own, locked; they are not switched off. */
  const own = async (tx: Tx, customer: CustomerCaller, subscriptionId: string): Promise<SubscriptionRow> => {
    refuseSuspended(await readSelf(tx, customer));
    await refuseShut(tx, customer.providerId, now());
    return readOwnSubscription(tx, customer, subscriptionId);
  };
  /** One that the provider lists for customers, in the same currency, for as long a time. */
  const listedPlan = async (tx: Tx, row: SubscriptionRow, planId: string) => {
    const { planIds } = await readPageSettings(tx, row.providerId);
    if (!planIds.includes(planId)) throw notFound("plan", "planId");
    const plan = await planForAccount(tx, planId, row.accountId, "planId");
    const isOffered = plan.active && plan.currency === row.currency && (await sameLengthAs(tx, row))(plan);
    if (!isOffered) throw notFound("plan", "planId");
    return plan;
  };
  /** Time that nobody paid for is worth nothing: in it a dear plan would cost nothing, and neither would the way back to a cheap one. */
  const refuseUnpaid = async (tx: Tx, row: SubscriptionRow) => {
    if (paidUntilOf((await factsOf(tx, row)).paid) <= now()) throw customerRefusal("renew-first");
  };
  return [
    route({
      ...common,
      method: "PATCH",
      path,
      summary: "Renewed from credit by itself, or not; paid by a standing order at M-Pesa, or not",
      body: renewalWayBody,
      handle: ({ params: { subscriptionId }, body, customer, transact }) =>
        transact(async (tx) => {
          const row = await own(tx, customer, subscriptionId);
          if (row.endedAtMs !== null) throw overProblem();
          const way = renewalWayOf(body, { nowMs: now(), isOver: false });
          if (way === null) return viewOfService(tx, row, now());
          return viewOfService(tx, await keep(parts, tx, row, way.change, { what: way.what, who }), now());
        }),
    }),
    route({
      ...common,
      method: "POST",
      path: `${path}/renew`,
      summary: "Pay for one period more, with what is open beside it, out of one's own credit",
      needsKey: true,
      body: z.strictObject({
        /** What the customer was shown. */
        expectedCents: z.int().min(0).max(amountCentsMax),
        /** As shown beside it: renewed meanwhile, it is not renewed again. */
        paidUntilMs: instantMs.optional(),
      }),
      handle: ({ params: { subscriptionId }, body, key, customer, transact }) =>
        transact(async (tx) => {
          const row = await own(tx, customer, subscriptionId);
          if (!(await mayRenew(tx, row))) throw overProblem();
          if (dueCents(row, await itemsOf(tx, row.subscriptionId), 1) > body.expectedCents)
            throw customerRefusal("other-amount", { field: "expectedCents" });
          const payment = { from: "credit", key: `my/${key}`, who, seenUntilMs: body.paidUntilMs } as const;
          return viewOfService(tx, await renew(parts, tx, row, 1, payment), now());
        }),
    }),
    route({
      ...common,
      method: "POST",
      path: `${path}/promise`,
      summary: "Promise to pay within so many days, and be let in meanwhile: once for each time it is unpaid",
      body: z.strictObject({ days: z.int().min(1).max(31) }),
      handle: ({ params: { subscriptionId }, body, customer, transact }) =>
        transact(async (tx) => {
          const row = await own(tx, customer, subscriptionId);
          const untilMs = promiseUntilMs(row, body.days, now());
          const refused = refusePromise(await factsOf(tx, row), untilMs, now());
          if (refused !== null) throw customerRefusal("bad-promise", { field: "days", rule: `promise-${refused}` });
          const change = { promisedUntilMs: untilMs, promisedAtMs: now() };
          return viewOfService(tx, await keep(parts, tx, row, change, { what: "promised", who }), now());
        }),
    }),
    route({
      ...common,
      method: "POST",
      path: `${path}/pause`,
      summary: "A holiday: off for so many days, which are added to what is paid",
      body: z.strictObject({ days: z.int().min(1).max(366) }),
      handle: ({ params: { subscriptionId }, body, customer, transact }) =>
        transact(async (tx) => {
          const row = await own(tx, customer, subscriptionId);
          // Suspended by staff, they stay so: a pause would hide it.
          if (row.suspendedReason !== null) throw overProblem();
          const used = await pausedDaysOf(tx, row.subscriptionId, now());
          const refused = refusePause(await factsOf(tx, row), body.days, used, now());
          if (refused !== null) throw customerRefusal("bad-pause", { field: "days", rule: `pause-${refused}` });
          const atMs = now(); // once: whole days come back
          const change = { pausedAtMs: atMs, pauseUntilMs: atMs + body.days * dayMs };
          return viewOfService(tx, await keep(parts, tx, row, change, { what: "paused", who, days: body.days }), now());
        }),
    }),
    route({
      ...common,
      method: "POST",
      path: `${path}/resume`,
      summary: "The holiday ends now; its time is added to what is paid",
      body: z.strictObject({}),
      handle: ({ params: { subscriptionId }, customer, transact }) =>
        transact(async (tx) => {
          const row = await own(tx, customer, subscriptionId);
          const facts = await factsOf(tx, row);
          if (phaseOf(facts, now()) !== "paused") throw overProblem();
          return viewOfService(tx, await endPause(parts, tx, row, facts, now(), { who }), now());
        }),
    }),
    route({
      method: "GET",
      path: `${path}/plan-change`,
      summary: "What a change to this plan costs now; below zero: it goes into one's credit",
      permission: "customer",
      params,
      query: z.object({ planId: z.string().min(1).max(128) }),
      response: z.object({ cents: z.int(), currency: z.string(), priceCents: z.int() }),
      handle: ({ params: { subscriptionId }, query, customer, transact }) =>
        transact(async (tx) => {
          const row = await readOwnSubscription(tx, customer, subscriptionId);
          const plan = await listedPlan(tx, row, query.planId);
          await refuseUnpaid(tx, row);
          return {
            cents: (await readPlanChange(tx, row, plan.priceCents, now())).cents,
            currency: row.currency,
            priceCents: plan.priceCents,
          };
        }),
    }),
    route({
      ...common,
      method: "POST",
      path: `${path}/change-plan`,
      summary:
        "Another plan from now on; the rest of the paid time is charged, or given back into one's credit, to the cent",
      needsKey: true,
      body: z.strictObject({
        planId: z.string().min(1).max(128),
        /** What the customer was shown: refused where it costs anything else by now. */
        expectedCents: z.int().min(-amountCentsMax).max(amountCentsMax),
      }),
      handle: ({ params: { subscriptionId }, body, key, customer, transact }) =>
        transact(async (tx) => {
          const row = await own(tx, customer, subscriptionId);
          const plan = await listedPlan(tx, row, body.planId);
          // The same request again: it is done.
          if (plan.planId === row.planId && plan.priceCents === row.priceCents) return viewOfService(tx, row, now());
          if (!(await mayRenew(tx, row))) throw overProblem();
          await refuseUnpaid(tx, row);
          const { cents, left } = await readPlanChange(tx, row, plan.priceCents, now());
          if (isOtherAmount(cents, body.expectedCents, row, plan))
            throw customerRefusal("other-amount", { field: "expectedCents", value: cents });
          const entryId = await settleChange(parts, tx, row, cents, { from: "credit", key: `my-plan/${key}`, who });
          const change = { ...ofPlan(plan, now()), ...left };
          const doing = { what: "plan-changed", who, amountCents: cents, entryId };
          return viewOfService(tx, await keep(parts, tx, row, change, doing, { planId: plan.planId }), now());
        }),
    }),
  ];
}

/** Nobody pays for what has ended, stands still, is held back by staff, or has no log-in that is on, or no site any more: they would not be let in. */
export const mayRenew = async (tx: Tx, row: SubscriptionRow): Promise<boolean> =>
  row.suspendedReason === null && (await isOpen(tx, row)) && (await isServed(tx, row.accountId));

/** A log-in that is off, or has no site, may be on again while money waits for it. */
export async function isOpen(tx: Tx, row: SubscriptionRow): Promise<boolean> {
  const isGoingOn = row.endedAtMs === null && row.pausedAtMs === null && !row.cancelAtEnd;
  return isGoingOn && (await hasAccount(tx, row.accountId));
}
