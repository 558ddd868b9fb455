/** Platform admins: the plans that providers pay for, who has which, what comes in by month, who left and who owes. */
import { newId } from "@karibu/protocol/identifiers";
import { keySchema } from "@karibu/protocol/schema";
import { z } from "zod";
import { currencyCodes } from "../../ground/amounts/currencies.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import { notFound, refusal } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { quotaKinds } from "../../ground/quotas/quota-policy.ts";
import { setPlanLimits } from "../../ground/quotas/quotas.ts";
import { readInvoice, setInvoice } from "../../money/invoices/invoice-rows.ts";
import { payInvoice } from "../../money/invoices/pay-invoice.ts";
import type { Ledger } from "../../money/ledger/post-entry.ts";
import { readProvider } from "../../tenancy/providers/provider-view.ts";
import { ownSubscriptionView, planViewOf, platformPlanView, readOwn } from "./own-subscription-routes.ts";
import { billingFigures, figuresView } from "./platform-figures.ts";
import { trialDaysMax } from "./subscription-policy.ts";
import {
  forgetCharge,
  readCharges,
  readPlatformPlan,
  readSubscription,
  setSubscription,
  takePlatformPlan,
} from "./subscription-rows.ts";
import { type BillingParts, takeSteps } from "./take-steps.ts";
import { refuseUnpayable } from "./ways-to-pay.ts";

const limit = z.int().min(0).max(1_000_000_000_000).optional();
const fields = {
  name: z.string().trim().min(1).max(60),
  priceCents: z.int().min(0).max(100_000_000_00),
  currency: z.enum(currencyCodes),
  trialDays: z.int().min(0).max(trialDaysMax),
  limits: z.strictObject(
    Object.fromEntries(quotaKinds.map((kind) => [kind, limit])) as Record<(typeof quotaKinds)[number], typeof limit>,
  ),
  active: z.boolean(),
  forNew: z.boolean(),
};

export const adminPlanView = platformPlanView.extend({ active: z.boolean(), forNew: z.boolean() });

export function platformBillingRoutes(parts: BillingParts & { readonly ledger: Ledger }) {
  const { world } = parts;
  const nowMs = () => world.clock.wall().atMs;
  const path = "/api/v1/platform/billing" as const;
  const providerParams = z.object({ providerId: keySchema });
  const readPlans = async (tx: Tx) => {
    const rows = await tx
      .selectFrom("platform_plans")
      .selectAll()
      .where("providerId", "=", platformProviderId)
      .orderBy("priceCents")
      .orderBy("planId")
      .execute();
    return rows.map((row) => ({ ...planViewOf(row), active: row.active, forNew: row.forNew }));
  };
  /** One plan at most is for new providers. */
  const clearForNew = (tx: Tx) =>
    tx.updateTable("platform_plans").set({ forNew: false }).where("providerId", "=", platformProviderId).execute();
  return [
    route({
      method: "GET",
      path,
      summary: "What providers pay the platform: by month, who left, who owes, and each one's subscription",
      permission: "platform.read",
      as: "platform",
      response: figuresView,
      handle: ({ transact }) => transact((tx) => billingFigures(tx, nowMs())),
    }),
    route({
      method: "GET",
      path: `${path}/plans`,
      summary: "The plans of the platform",
      permission: "platform.read",
      as: "platform",
      response: z.object({ items: z.array(adminPlanView) }),
      handle: ({ transact }) => transact(async (tx) => ({ items: await readPlans(tx) })),
    }),
    route({
      method: "POST",
      path: `${path}/plans`,
      summary: "Add a plan that providers can pay the platform for",
      permission: "providers.manage",
      freshFactor: true,
      as: "platform",
      body: z.strictObject({
        name: fields.name,
        priceCents: fields.priceCents,
        currency: fields.currency.default("KES"),
        trialDays: fields.trialDays.default(14),
        limits: fields.limits.default({}),
        active: fields.active.default(true),
        forNew: fields.forNew.default(false),
      }),
      status: 201,
      response: z.object({ items: z.array(adminPlanView) }),
      handle: ({ body, transact, auditTarget }) =>
        transact(async (tx) => {
          const planId = newId(world);
          auditTarget(planId);
          await refuseUnpayable(parts.kinds, tx, { amountCents: body.priceCents, currency: body.currency });
          if (body.forNew) await clearForNew(tx);
          const made = { createdAtMs: nowMs(), updatedAtMs: nowMs() };
          await tx
            .insertInto("platform_plans")
            .values({
              providerId: platformProviderId,
              planId,
              name: body.name,
              priceCents: body.priceCents,
              currency: body.currency,
              everyMonths: 1,
              trialDays: body.trialDays,
              limits: json(body.limits),
              active: body.active,
              forNew: body.forNew,
              ...made,
            })
            .execute();
          return { items: await readPlans(tx) };
        }),
    }),
    route({
      method: "PATCH",
      path: `${path}/plans/{planId}`,
      summary: "Change a plan of the platform: its price counts from the next charge, its limits at once",
      permission: "providers.manage",
      freshFactor: true,
      as: "platform",
      params: z.object({ planId: keySchema }),
      body: z.strictObject(fields).omit({ currency: true }).partial(),
      response: z.object({ items: z.array(adminPlanView) }),
      handle: ({ params: { planId }, body, transact }) =>
        transact(async (tx) => {
          const { currency } = await readPlatformPlan(tx, planId);
          if (body.priceCents !== undefined)
            await refuseUnpayable(parts.kinds, tx, { amountCents: body.priceCents, currency });
          if (body.forNew === true) await clearForNew(tx);
          await tx
            .updateTable("platform_plans")
            .set({
              name: body.name,
              priceCents: body.priceCents,
              trialDays: body.trialDays,
              active: body.active,
              forNew: body.forNew,
              ...(body.limits === undefined ? {} : { limits: json(body.limits) }),
              updatedAtMs: nowMs(),
            })
            .where("providerId", "=", platformProviderId)
            .where("planId", "=", planId)
            .execute();
          if (body.limits !== undefined) {
            const having = await tx
              .selectFrom("platform_subscriptions")
              .select("providerId")
              .where("planId", "=", planId)
              .where("endedAtMs", "is", null)
              .execute();
            for (const { providerId } of having) await setPlanLimits(tx, { providerId, nowMs: nowMs() }, body.limits);
          }
          return { items: await readPlans(tx) };
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/providers/{providerId}/platform-subscription",
      summary: "What a provider has of the platform (platform admin)",
      permission: "providers.read",
      as: "platform",
      params: providerParams,
      response: ownSubscriptionView,
      handle: ({ params: { providerId }, transact }) =>
        transact(async (tx) => {
          await readProvider(tx, providerId);
          return readOwn(parts, tx, providerId);
        }),
    }),
    route({
      method: "PUT",
      path: "/api/v1/providers/{providerId}/platform-subscription/plan",
      summary: "Give a provider a plan (platform admin); null: its subscription ends, and what it owes is forgiven",
      permission: "providers.manage",
      freshFactor: true,
      as: "platform",
      params: providerParams,
      body: z.strictObject({ planId: z.nullable(keySchema) }),
      response: ownSubscriptionView,
      handle: async ({ params: { providerId }, body: { planId }, transact }) => {
        await transact(async (tx) => {
          await readProvider(tx, providerId);
          if (planId !== null)
            return takePlatformPlan(tx, { providerId, nowMs: nowMs() }, await readPlatformPlan(tx, planId, "planId"));
          if ((await readSubscription(tx, providerId, "lock")) === undefined) throw notFound("subscription");
          await setSubscription(tx, providerId, { endedAtMs: nowMs(), nextPlanId: null });
          await setPlanLimits(tx, { providerId, nowMs: nowMs() }, {});
          for (const charge of await readCharges(tx, providerId)) {
            if (charge.state !== "issued") continue;
            const invoice = await readInvoice(tx, platformProviderId, charge.invoiceId);
            // It is locked only now: money may have paid it since the charges were read.
            if (invoice.state !== "issued") continue;
            await setInvoice(world, tx, invoice, { state: "void" });
            // Who comes back before it begins pays for it: nothing of it was used.
            if (charge.fromMs > nowMs()) await forgetCharge(tx, charge);
          }
        });
        await takeSteps(parts, providerId);
        return transact((tx) => readOwn(parts, tx, providerId));
      },
    }),
    route({
      method: "POST",
      path: "/api/v1/providers/{providerId}/platform-subscription/charges/{id}/settle",
      summary: "An invoice of the platform was paid by hand (cash, bank), out of the provider's credit, or is forgiven",
      permission: "providers.manage",
      freshFactor: true,
      // No key: the invoice is locked, and one that is paid or forgiven is not paid again.
      as: "platform",
      params: providerParams.extend({ id: keySchema }),
      body: z.strictObject({ how: z.enum(["cash", "credit", "forgiven"]) }),
      response: ownSubscriptionView,
      handle: async ({ params: { providerId, id }, body: { how }, transact }) => {
        await transact(async (tx) => {
          const charge = (await readCharges(tx, providerId)).find((one) => one.invoiceId === id);
          if (charge === undefined) throw notFound("charge");
          const invoice = await readInvoice(tx, platformProviderId, charge.invoiceId);
          if (invoice.state === "paid") return;
          if (invoice.state === "void") throw refusal("void");
          if (how === "forgiven") await setInvoice(world, tx, invoice, { state: "void" });
          else await payInvoice(parts, tx, invoice, how, null);
        });
        await takeSteps(parts, providerId);
        return transact((tx) => readOwn(parts, tx, providerId));
      },
    }),
  ];
}
