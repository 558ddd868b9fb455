import { offeredTermsSchema } from "@karibu/protocol/offered-terms";
import type { PlacePrice } from "@karibu/protocol/offers/place-price";
import { planSchema, type Terms, trialSchema, unlimitedTerms, withUsualIdleTimeout } from "@karibu/protocol/plan";
import { keySchema } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { z } from "zod";
import * as mini from "zod/mini";
import type { Emit } from "../../ground/events/emit.ts";
import type { Publish } from "../../ground/feed/publish.ts";
import { wrongField } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { groupRoutes, readGroup } from "./group-routes.ts";
import { checkPlacePrices, placePricesField } from "./place-prices.ts";
import { archivePlan, copyName, deletePlan, insertPlan, type PlanRow, planOf, readPlan, updatePlan } from "./plans.ts";
import { type PriceCurrencies, priceCurrency, priceCurrencyField } from "./price-currency.ts";

export const planView = z.object({
  ...planSchema.shape,
  groupId: z.string().nullable(),
  /** Archived: not for sale and hidden; it can be restored. */
  archived: z.boolean(),
  createdAtMs: z.number().int(),
  updatedAtMs: z.number().int(),
});

const fields = {
  name: z.string().trim().min(1).max(100),
  /** 100 are 1 of the currency. */
  priceCents: z.number().int().min(0).max(1_000_000_000_000),
  /** The provider's own, or one that its payment channels move. */
  currency: priceCurrencyField,
  active: z.boolean(),
  groupId: z.string().min(1).max(64).nullable(),
  prices: placePricesField,
  /** Given to try, once for each phone, and never sold: such a plan is not active. Null: it is no trial. */
  trial: mini.nullable(trialSchema),
  /** A limit that is left out is unlimited (devices: one); with `useSeconds`, an `idleTimeoutSeconds` that is left out is 600. */
  terms: mini.partial(offeredTermsSchema),
};
const params = z.object({ planId: keySchema });

const list = listOf({
  sort: {
    made: { by: sql.ref("planId"), kind: "string" },
    name: { by: sql`lower(name)`, kind: "string" },
    price: { by: sql.ref("priceCents"), kind: "number" },
  },
  default: "-made",
  tie: [sql.ref("planId")],
  search: [sql.ref("name")],
});

export interface PlanParts {
  readonly world: World;
  readonly publish: Publish;
  readonly emit: Emit;
}

export function planRoutes({ world, publish, emit }: PlanParts, currencies: PriceCurrencies) {
  const archive = (word: "archive" | "unarchive", summary: string) =>
    route({
      method: "POST",
      path: `/api/v1/plans/{planId}/${word}`,
      summary,
      permission: "plans.manage",
      params,
      body: null,
      response: planView,
      handle: async ({ params: { planId }, providerId, transact }) =>
        transact(async (tx) => {
          const row = await archivePlan(world, publish, tx, planId, word === "archive");
          await emit(tx, providerId, { topic: "plan", id: planId, action: `${word}d` });
          return viewOf(row);
        }),
    });
  return [
    route({
      method: "GET",
      path: "/api/v1/currencies",
      summary:
        "The currencies that prices can be in: the provider's own first, then those that its payment channels move",
      permission: "plans.read",
      response: z.object({ items: z.array(z.object({ currency: z.string() })) }),
      handle: ({ providerId, transact }) =>
        transact(async (tx) => ({
          items: (await currencies(tx, providerId)).map((currency) => ({ currency })),
        })),
    }),
    route({
      method: "GET",
      path: "/api/v1/plans",
      summary: "The provider's plans; archived ones only when asked for",
      permission: "plans.read",
      query: list.query.extend({
        active: z.stringbool().optional(),
        archived: z.stringbool().default(false),
        groupId: z.string().max(64).optional(),
      }),
      response: pageOf(planView),
      handle: async ({ query, transact }) =>
        transact((tx) => {
          const rows = tx
            .selectFrom("plans")
            .selectAll()
            .where("deletedAtMs", "is", null)
            .where("archivedAtMs", query.archived ? "is not" : "is", null)
            .$if(query.groupId !== undefined, (is) => is.where("groupId", "=", query.groupId ?? ""))
            .$if(query.active !== undefined, (is) => is.where("active", "=", query.active as boolean));
          return list.page(rows, query, viewOf);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/plans",
      summary: "Make a plan",
      permission: "plans.manage",
      body: z.strictObject({
        ...fields,
        active: fields.active.default(true),
        groupId: fields.groupId.default(null),
        prices: fields.prices.default([]),
        trial: mini.optional(fields.trial),
        currency: fields.currency.optional(),
        terms: fields.terms,
      }),
      status: 201,
      response: planView,
      handle: async ({ body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          if (body.groupId !== null) await readGroup(tx, body.groupId, "groupId");
          const currency = await priceCurrency(currencies, tx, providerId, body.currency);
          const prices = body.prices as PlacePrice[];
          await checkPlacePrices(currencies, tx, providerId, prices, { currency, prices: [] });
          const terms = withUsualIdleTimeout({ ...unlimitedTerms, ...body.terms } as Terms, body.terms);
          const plan = { ...body, prices, currency, terms };
          const row = await insertPlan(world, publish, tx, providerId, plan);
          auditTarget(row.planId);
          await emit(tx, providerId, { topic: "plan", id: row.planId, action: "made" });
          return viewOf(row);
        }),
    }),
    route({
      method: "GET",
      path: "/api/v1/plans/{planId}",
      summary: "One plan",
      permission: "plans.read",
      params,
      response: planView,
      handle: async ({ params: { planId }, transact }) => transact(async (tx) => viewOf(await readPlan(tx, planId))),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/plans/{planId}",
      summary: "Change a plan; what was sold keeps its terms",
      permission: "plans.manage",
      params,
      body: z.strictObject({ ...fields, terms: fields.terms }).partial(),
      response: planView,
      handle: async ({ params: { planId }, body, providerId, transact }) =>
        transact(async (tx) => {
          if (body.groupId != null) await readGroup(tx, body.groupId, "groupId");
          if (body.currency !== undefined) await priceCurrency(currencies, tx, providerId, body.currency);
          const prices = body.prices as PlacePrice[] | undefined;
          const old = await readPlan(tx, planId);
          const currency = body.currency ?? old.currency;
          // Its number means another sum in another currency.
          if (currency !== old.currency && body.priceCents === undefined)
            throw wrongField("priceCents", "price-in-currency");
          if (prices !== undefined || currency !== old.currency)
            await checkPlacePrices(currencies, tx, providerId, prices ?? old.prices, { currency, prices: old.prices });
          const row = await updatePlan(world, publish, tx, planId, { ...body, prices });
          await emit(tx, providerId, { topic: "plan", id: planId, action: "changed" });
          return viewOf(row);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/plans/{planId}/copy",
      summary: "A copy of a plan; it is not for sale until it is switched on",
      permission: "plans.manage",
      params,
      body: z.strictObject({ name: fields.name.optional() }),
      status: 201,
      response: planView,
      handle: async ({ params: { planId }, body, providerId, transact, auditTarget }) =>
        transact(async (tx) => {
          const old = await readPlan(tx, planId);
          const name = body.name ?? (await copyName(tx, old.name));
          const { priceCents, currency, terms, prices } = planOf(old);
          const copy = { name, priceCents, currency, terms, prices, active: false, groupId: old.groupId };
          const row = await insertPlan(world, publish, tx, providerId, copy);
          auditTarget(row.planId);
          await emit(tx, providerId, { topic: "plan", id: row.planId, action: "made" });
          return viewOf(row);
        }),
    }),
    archive("archive", "Take a plan off sale and out of the way; what was sold goes on"),
    archive("unarchive", "Bring an archived plan back, off sale until it is switched on"),
    route({
      method: "DELETE",
      path: "/api/v1/plans/{planId}",
      summary: "Delete a plan; what was sold keeps its terms",
      permission: "plans.manage",
      params,
      status: 204,
      response: z.null(),
      handle: async ({ params: { planId }, providerId, transact }) =>
        transact(async (tx) => {
          await deletePlan(world, publish, tx, planId);
          await emit(tx, providerId, { topic: "plan", id: planId, action: "deleted" });
          return null;
        }),
    }),
    ...groupRoutes(world),
  ];
}

function viewOf(row: PlanRow): z.input<typeof planView> {
  const more = { groupId: row.groupId, archived: row.archivedAtMs !== null };
  return { ...planOf(row), ...more, createdAtMs: row.createdAtMs, updatedAtMs: row.updatedAtMs };
}
