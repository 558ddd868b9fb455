/** Subscriptions: made, suspended, paused, promised, cancelled. Each change stands in the subscription's own log, with who and why. */
import { normalisePhone } from "@karibu/protocol/phone-number";
import { sql } from "kysely";
import { z } from "zod";
import { accountsAt, readAccount } from "../../catalogue/accounts/accounts.ts";
import { readCustomer } from "../../catalogue/customers/customers.ts";
import { pricedAt } from "../../catalogue/plans/place-prices.ts";
import { readPlan } from "../../catalogue/plans/plans.ts";
import { readSite } from "../../fleet/sites/sites.ts";
import { instantMs, instantMsTyped } from "../../ground/amounts/instants.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import { phoneField, readPhone } from "../../ground/http/phone-field.ts";
import { type Problem, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import type { ChargeParts } from "./charge-subscription.ts";
import { makeLine } from "./make-line.ts";
import { endPackage, type PackageRowParts, readPackage, startPackage } from "./package-rows.ts";
import { dayMs } from "./period-arithmetic.ts";
import { renewalWayBody, renewalWayOf } from "./policy/renewal-way.ts";
import { endPause } from "./subscription-jobs.ts";
import { phaseOf, refusePause, refusePromise } from "./subscription-policy.ts";
import { factsOf, keep, pausedDaysOf, readSubscription } from "./subscription-rows.ts";
import { everyView, subscriptionView, viewAny, viewOf, viewOfPackage, viewsOf } from "./subscription-view.ts";

const id = z.string().min(1).max(128);
export const why = z.string().trim().min(1).max(300);
export const subscriptionParams = z.object({ subscriptionId: id });

const list = listOf({
  sort: {
    made: { by: sql.ref("subscriptionId"), kind: "string" },
    /** The next date first. */
    due: { by: sql.ref("paidUntilMs"), kind: "number" },
  },
  default: "-made",
  tie: [sql.ref("subscriptionId")],
  search: [
    sql.ref("planName"),
    sql`(select name from customers c where c.provider_id = subscriptions.provider_id and c.customer_id = subscriptions.customer_id)`,
    sql`(select phone_masked from subscription_packages p
      where p.provider_id = subscriptions.provider_id and p.subscription_id = subscriptions.subscription_id)`,
  ],
});

/** For an account: a line, period by period. */
const lineOrder = z.strictObject({
  customerId: id,
  accountId: id,
  planId: id,
  every: everyView.default({ unit: "month", count: 1 }),
  autoRenew: z.boolean().default(true),
});

/** For a phone: a package, bought anew a little before the last one ends. */
const packageOrder = z.strictObject({ phone: phoneField, planId: id, siteId: id });

const logList = listOf({
  sort: { at: { by: sql.ref("logId"), kind: "string" } },
  default: "-at",
  tie: [sql.ref("logId")],
  search: [sql.ref("what"), sql.ref("who"), sql.ref("why")],
});

export const logView = z.object({
  logId: z.string(),
  subscriptionId: z.string(),
  atMs: z.int(),
  what: z.string(),
  who: z.string(),
  why: z.string().nullable(),
  amountCents: z.int().nullable(),
  /** Of a pause. */
  days: z.int().nullable(),
  paidUntilMs: z.int(),
  entryId: z.string().nullable(),
});

export const overProblem = (): Problem => refusal("subscription-over");

export function subscriptionRoutes(parts: ChargeParts & PackageRowParts) {
  const now = () => parts.world.clock.wall().atMs;
  const common = {
    params: subscriptionParams,
    response: subscriptionView,
    permission: "subscriptions.manage",
  } as const;
  return [
    route({
      method: "GET",
      path: "/api/v1/subscriptions",
      summary: "Subscriptions of customers, newest first, or by their next date",
      permission: "subscriptions.read",
      query: list.query.extend({
        customerId: id.optional(),
        accountId: id.optional(),
        planId: id.optional(),
        siteId: id.optional(),
        kind: z.enum(["line", "package"]).optional(),
        phone: z.string().max(30).optional(),
        ended: z.stringbool().optional(),
        /** Paid until before this moment. */
        dueBeforeMs: instantMsTyped.optional(),
      }),
      response: pageOf(subscriptionView),
      handle: ({ query, providerId, partyOf, transact }) =>
        transact(async (tx) => {
          const { customerId, accountId, planId, siteId, kind, ended, dueBeforeMs } = query;
          const country = await countryOfProvider(tx, providerId);
          const party = query.phone === undefined ? undefined : partyOf(normalisePhone(query.phone, country) ?? "");
          const rows = tx
            .selectFrom("subscriptions")
            .selectAll()
            .$if(customerId !== undefined, (is) => is.where(ofCustomer(customerId ?? "")))
            .$if(party !== undefined, (is) => is.where(ofParty(party as Party)))
            .$if(siteId !== undefined, (is) => is.where(atSite(siteId ?? "")))
            .$if(kind !== undefined, (is) => is.where("kind", "=", kind ?? "line"))
            .$if(accountId !== undefined, (is) => is.where("accountId", "=", accountId ?? ""))
            .$if(planId !== undefined, (is) => is.where("planId", "=", planId ?? ""))
            .$if(ended !== undefined, (is) => is.where("endedAtMs", ended ? "is not" : "is", null))
            .$if(dueBeforeMs !== undefined, (is) => is.where("paidUntilMs", "<", dueBeforeMs ?? 0));
          const page = await list.page(rows, query, (row) => row);
          return { ...page, items: await viewsOf(tx, page.items, now()) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/subscriptions",
      summary:
        "A customer's account is to have this plan, from the first payment on; or a phone's package is to be bought anew a little before it ends, from credit, and the phone is asked for the rest",
      permission: "subscriptions.manage",
      body: z.union([lineOrder, packageOrder]),
      status: 201,
      response: subscriptionView,
      handle: ({ body, providerId, actor, transact, auditTarget }) =>
        transact(async (tx) => {
          const nowMs = now();
          if ("phone" in body) {
            const phone = readPhone(body.phone, await countryOfProvider(tx, providerId));
            await readSite(tx, body.siteId, "siteId");
            const bought = await pricedAt(tx, await readPlan(tx, body.planId, "planId"), body.siteId);
            const order = { providerId, phone, plan: bought, siteId: body.siteId, who: actor.name };
            const started = await startPackage(parts, tx, order);
            auditTarget(started.subscriptionId);
            return viewOfPackage(tx, started);
          }
          const customer = await readCustomer(tx, body.customerId);
          const account = await readAccount(tx, body.accountId, "accountId");
          if (account.customerId !== customer.customerId) throw refusal("other-customer", { field: "accountId" });
          const { planId, every, autoRenew } = body;
          const row = await makeLine(parts, tx, { account, planId, every, autoRenew, who: actor.name });
          auditTarget(row.subscriptionId);
          return viewOf(tx, row, nowMs);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/subscriptions/{subscriptionId}",
      summary: "One subscription",
      permission: "subscriptions.read",
      params: subscriptionParams,
      volatile: ["state"],
      response: subscriptionView,
      handle: ({ params, transact }) => transact((tx) => viewAny(tx, params.subscriptionId, now())),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/subscriptions/{subscriptionId}",
      summary: "Renewed from credit by itself, or not; paid by a standing order at M-Pesa, or not",
      ...common,
      body: renewalWayBody,
      handle: ({ params, body, actor, transact }) =>
        transact(async (tx) => {
          const row = await readSubscription(tx, params.subscriptionId);
          const way = renewalWayOf(body, { nowMs: now(), isOver: row.endedAtMs !== null });
          if (way === null) return viewOf(tx, row, now());
          return viewOf(tx, await keep(parts, tx, row, way.change, { what: way.what, who: actor.name }), now());
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/subscriptions/{subscriptionId}/suspend",
      summary: "Hold it back; its paid time runs on",
      ...common,
      body: z.strictObject({ why }),
      handle: ({ params, body, actor, transact }) =>
        transact(async (tx) => {
          const row = await readSubscription(tx, params.subscriptionId);
          if (row.endedAtMs !== null) throw overProblem();
          const doing = { what: "suspended", who: actor.name, why: body.why };
          return viewOf(tx, await keep(parts, tx, row, { suspendedReason: body.why }, doing), now());
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/subscriptions/{subscriptionId}/unsuspend",
      summary: "No longer held back",
      ...common,
      body: z.strictObject({ why: why.optional() }),
      handle: ({ params, body, actor, transact }) =>
        transact(async (tx) => {
          const row = await readSubscription(tx, params.subscriptionId);
          if (row.suspendedReason === null) throw overProblem();
          const doing = { what: "unsuspended", who: actor.name, why: body.why };
          // Its end may have gone by meanwhile, and credit have come.
          const look = row.endedAtMs === null ? { nextLookMs: now() } : {};
          return viewOf(tx, await keep(parts, tx, row, { suspendedReason: null, ...look }, doing), now());
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/subscriptions/{subscriptionId}/cancel",
      summary: "It ends with what is paid; `undo`: it goes on. A package is bought no more",
      ...common,
      body: z.strictObject({ undo: z.boolean().default(false), why: why.optional() }),
      handle: ({ params, body, actor, transact }) =>
        transact(async (tx) => {
          const bought = await readPackage(tx, params.subscriptionId);
          if (bought !== null) {
            if (bought.endedAtMs !== null || body.undo) throw overProblem();
            return viewOfPackage(tx, await endPackage(parts, tx, bought, { why: "switched-off", who: actor.name }));
          }
          const row = await readSubscription(tx, params.subscriptionId);
          if (row.endedAtMs !== null) throw overProblem();
          const doing = { what: body.undo ? "cancel-undone" : "cancelled", who: actor.name, why: body.why };
          // A pause holds what is left: it ends with that, not with the date of before.
          const isOver = !body.undo && row.pausedAtMs === null && row.paidUntilMs <= now();
          const change = { cancelAtEnd: !body.undo, ...(isOver ? { endedAtMs: now() } : {}) };
          return viewOf(tx, await keep(parts, tx, row, change, doing), now());
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/subscriptions/{subscriptionId}/promise",
      summary: "The customer promises to pay until then, and is let in meanwhile: once for each time it is unpaid",
      ...common,
      body: z.strictObject({ untilMs: instantMs, why: why.optional() }),
      handle: ({ params, body, actor, transact }) =>
        transact(async (tx) => {
          const row = await readSubscription(tx, params.subscriptionId);
          const refused = refusePromise(await factsOf(tx, row), body.untilMs, now());
          if (refused !== null) throw refusal("bad-promise", { field: "untilMs", rule: `promise-${refused}` });
          const doing = { what: "promised", who: actor.name, why: body.why };
          const change = { promisedUntilMs: body.untilMs, promisedAtMs: now() };
          return viewOf(tx, await keep(parts, tx, row, change, doing), now());
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/subscriptions/{subscriptionId}/pause",
      summary: "A holiday: off for so many days, which are added to what is paid",
      ...common,
      body: z.strictObject({ days: z.int().min(1).max(366), why: why.optional() }),
      handle: ({ params, body, actor, transact }) =>
        transact(async (tx) => {
          const row = await readSubscription(tx, params.subscriptionId);
          const used = await pausedDaysOf(tx, row.subscriptionId, now());
          const refused = refusePause(await factsOf(tx, row), body.days, used, now());
          if (refused !== null) throw refusal("bad-pause", { field: "days", rule: `pause-${refused}` });
          const atMs = now(); // once: whole days come back
          const change = { pausedAtMs: atMs, pauseUntilMs: atMs + body.days * dayMs };
          const doing = { what: "paused", who: actor.name, why: body.why, days: body.days };
          return viewOf(tx, await keep(parts, tx, row, change, doing), now());
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/subscriptions/{subscriptionId}/resume",
      summary: "The pause ends now; its time is added to what is paid",
      ...common,
      body: z.strictObject({ why: why.optional() }),
      handle: ({ params, body, actor, transact }) =>
        transact(async (tx) => {
          const row = await readSubscription(tx, params.subscriptionId);
          const facts = await factsOf(tx, row);
          if (phaseOf(facts, now()) !== "paused") throw overProblem();
          return viewOf(tx, await endPause(parts, tx, row, facts, now(), { who: actor.name, why: body.why }), now());
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/subscription-log",
      summary: "What happened to subscriptions, or to one, newest first: by whom, and why",
      permission: "subscriptions.read",
      query: logList.query.extend({ subscriptionId: id.optional(), ...spanFields }),
      response: pageOf(logView),
      handle: ({ query, transact }) =>
        transact(async (tx) => {
          const { subscriptionId } = query;
          const rows = tx
            .selectFrom("subscription_log")
            .selectAll()
            .$if(subscriptionId !== undefined, (is) => is.where("subscriptionId", "=", subscriptionId ?? ""))
            .where(within(sql.ref("atMs"), query));
          return logList.page(rows, query, (row) => ({
            logId: row.logId,
            subscriptionId: row.subscriptionId,
            atMs: row.atMs,
            what: row.what,
            who: row.who,
            why: row.why,
            amountCents: row.amountCents,
            days: row.days,
            paidUntilMs: row.paidUntilMs,
            entryId: row.entryId,
          }));
        }),
    }),
  ];
}

/** Their lines, and the packages of their phone. */
const ofCustomer = (customerId: string) =>
  sql<boolean>`(customer_id = ${customerId} or subscription_id in (select p.subscription_id from subscription_packages p
    join customers c on c.provider_id = p.provider_id and c.phone_hash = p.party where c.customer_id = ${customerId}))`;

const ofParty = (party: Party) =>
  sql<boolean>`(customer_id in (select c.customer_id from customers c where c.phone_hash = ${party})
    or subscription_id in (select p.subscription_id from subscription_packages p where p.party = ${party}))`;

const atSite = (siteId: string) =>
  sql<boolean>`(account_id in (${accountsAt(siteId)})
    or subscription_id in (select p.subscription_id from subscription_packages p where p.site_id = ${siteId}))`;
