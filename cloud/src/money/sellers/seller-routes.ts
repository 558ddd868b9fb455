/** The API of people who sell for cash at the sites: who they are, and what they owe. */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { currencyField } from "../channels/money-currency.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { moveCash } from "./hand-in.ts";
import { ownFloatRoute } from "./own-float-route.ts";
import { hashPin, pinSchema, refuseGuessed } from "./pin.ts";
import {
  insertSeller,
  readSeller,
  readStandings,
  type SellerAtSite,
  type SellerParts,
  type SellerRow,
  updateSeller,
} from "./sellers.ts";

const centsMax = 100_000_000_00;
const id = z.string().min(1).max(128);

const standingView = z.object({
  siteId: z.string(),
  active: z.boolean(),
  /** Cash that may be out at this site at once; null: no limit. */
  floatCents: z.int().nullable(),
  soldCents: z.int(),
  commissionCents: z.int(),
  handedInCents: z.int(),
  /** Below zero: paid ahead. */
  owedCents: z.int(),
  /** What was sold in others than the provider's currency: no part of the sums above, for it can't be handed in. */
  otherCurrencies: z.array(z.object({ currency: z.string(), soldCents: z.int() })),
});

export const sellerView = z.object({
  sellerId: z.string(),
  name: z.string(),
  commissionPermille: z.int(),
  active: z.boolean(),
  sites: z.array(standingView),
  createdAtMs: z.int(),
  updatedAtMs: z.int(),
});

const fields = {
  name: z.string().trim().min(1).max(100),
  commissionPermille: z.int().min(0).max(1000),
  active: z.boolean(),
  sites: z
    .array(z.strictObject({ siteId: id, floatCents: z.int().min(0).max(centsMax).nullable().default(null) }))
    .max(100),
};
const params = z.object({ sellerId: id });

const sellers = listOf({
  sort: {
    made: { by: sql.ref("sellerId"), kind: "string" },
    name: { by: sql.ref("nameKey"), kind: "string" },
  },
  default: "name",
  tie: [sql.ref("sellerId")],
  search: [sql.ref("name")],
});

export function sellerRoutes(parts: SellerParts & { readonly ledger: Ledger }) {
  const { random } = parts.world;
  const switchTo = (word: "activate" | "disable", summary: string) =>
    route({
      method: "POST",
      path: `/api/v1/sellers/{sellerId}/${word}`,
      summary,
      permission: "payments.manage",
      params,
      body: null,
      response: sellerView,
      handle: ({ params: { sellerId }, transact }) =>
        transact(async (tx) => {
          await updateSeller(parts, tx, sellerId, { active: word === "activate" });
          return await view(tx, sellerId);
        }),
    });
  const cashRoute = (verb: "hand-in" | "pay-out", summary: string) =>
    route({
      method: "POST",
      path: `/api/v1/sellers/{sellerId}/${verb}`,
      summary,
      permission: "payments.manage",
      needsKey: true,
      ...(verb === "pay-out" ? { freshFactor: true as const } : {}),
      params,
      body: z.strictObject({
        siteId: id,
        amountCents: z.int().min(1).max(centsMax),
        currency: currencyField,
      }),
      status: 201,
      response: standingView,
      handle: ({ params: { sellerId }, body, providerId, key, transactOnce }) =>
        transactOnce(async (tx) => {
          await readSeller(tx, sellerId);
          const site = await moveCash(parts, tx, providerId, { ...body, sellerId, verb, idempotencyKey: key });
          return { ...site, otherCurrencies: [...site.otherCurrencies] };
        }),
    });
  return [
    route({
      method: "GET",
      path: "/api/v1/sellers",
      summary: "Who sells for cash at the sites, and what each has out there",
      permission: "payments.read",
      query: sellers.query.extend({ active: z.stringbool().optional(), siteId: id.optional() }),
      response: pageOf(sellerView),
      handle: ({ query, transact }) =>
        transact(async (tx) => {
          const { active, siteId } = query;
          const rows = tx
            .selectFrom("sellers")
            .selectAll()
            .$if(active !== undefined, (is) => is.where("active", "=", active as boolean))
            .$if(siteId !== undefined, (is) =>
              is.where("sellerId", "in", (all) =>
                all
                  .selectFrom("seller_sites")
                  .select("sellerId")
                  .where("siteId", "=", siteId as string)
                  .where("active", "=", true),
              ),
            );
          const page = await sellers.page(rows, query, (row) => row);
          const standings = await readStandings(
            tx,
            page.items.map((row) => row.sellerId),
          );
          return { ...page, items: page.items.map((row) => viewOf(row, standings.get(row.sellerId) ?? [])) };
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/sellers",
      summary: "Let somebody sell for cash at sites, by name and PIN, hub or no hub",
      permission: "payments.manage",
      freshFactor: true,
      notForSupport: "way-in",
      body: z.strictObject({
        name: fields.name,
        pin: pinSchema,
        commissionPermille: fields.commissionPermille.default(0),
        active: fields.active.default(true),
        sites: fields.sites.default([]),
      }),
      status: 201,
      response: sellerView,
      handle: async ({ body, providerId, transact, auditTarget }) => {
        const pin = await hashPin(random, body.pin);
        return transact(async (tx) => {
          const sellerId = await insertSeller(parts, tx, providerId, { ...body, pin });
          refuseGuessed(body.pin); // what is wrong with the name and the sites is told first
          auditTarget(sellerId);
          return await view(tx, sellerId);
        });
      },
    }),
    route({
      method: "GET",
      path: "/api/v1/sellers/{sellerId}",
      summary: "One seller",
      permission: "payments.read",
      params,
      response: sellerView,
      volatile: ["soldCents", "commissionCents", "handedInCents", "owedCents", "otherCurrencies"],
      handle: ({ params: { sellerId }, transact }) => transact((tx) => view(tx, sellerId)),
    }),
    route({
      method: "PATCH",
      path: "/api/v1/sellers/{sellerId}",
      summary: "Change a seller; `sites` are all of theirs",
      permission: "payments.manage",
      params,
      body: z.strictObject(fields).partial(),
      response: sellerView,
      handle: ({ params: { sellerId }, body, transact }) =>
        transact(async (tx) => {
          await updateSeller(parts, tx, sellerId, body);
          return await view(tx, sellerId);
        }),
    }),
    route({
      method: "POST",
      path: "/api/v1/sellers/{sellerId}/pin",
      summary: "Give a seller another PIN",
      permission: "payments.manage",
      freshFactor: true,
      notForSupport: "way-in",
      params,
      body: z.strictObject({ pin: pinSchema }),
      response: sellerView,
      handle: async ({ params: { sellerId }, body, transact }) => {
        const pin = await hashPin(random, body.pin);
        return transact(async (tx) => {
          await updateSeller(parts, tx, sellerId, { pin });
          refuseGuessed(body.pin);
          return await view(tx, sellerId);
        });
      },
    }),
    switchTo("disable", "Stop a seller at all sites; what they owe stays in the books"),
    switchTo("activate", "Let a seller sell again"),
    cashRoute("hand-in", "A seller hands in cash; beyond what is owed it is paid ahead"),
    cashRoute("pay-out", "What a seller has paid ahead goes back"),
    ownFloatRoute(),
  ];
}

async function view(tx: Tx, sellerId: string): Promise<z.input<typeof sellerView>> {
  const row = await readSeller(tx, sellerId);
  return viewOf(row, (await readStandings(tx, [sellerId])).get(sellerId) ?? []);
}

function viewOf(row: SellerRow, sites: readonly SellerAtSite[]): z.input<typeof sellerView> {
  return {
    sellerId: row.sellerId,
    name: row.name,
    commissionPermille: row.commissionPermille,
    active: row.active,
    sites: sites.map((site) => ({ ...site, otherCurrencies: [...site.otherCurrencies] })),
    createdAtMs: row.createdAtMs,
    updatedAtMs: row.updatedAtMs,
  };
}
