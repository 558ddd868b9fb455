/** The API of what was sold for cash at the sites. The sites' journals make the rows; people disable a sale, and enable it again. */

import { sql } from "kysely";
import { z } from "zod";
import { ofPhone, type PhoneReader } from "../../catalogue/customers/of-phone.ts";
import { siteNameOf } from "../../fleet/sites/site-names.ts";
import { instantMsTyped } from "../../ground/amounts/instants.ts";
import type { Parties } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { notFound } from "../../ground/http/problem.ts";
import { route } from "../../ground/http/route.ts";
import { revealsCodes } from "../../ground/http/unused-codes.ts";
import { exportRoute } from "../../ground/lists/export.ts";
import { commonHeads } from "../../ground/lists/export-words.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { cashSaleId, lockCashSale, type SwitchParts, switchCashSale } from "./cash-sale-rows.ts";

const id = z.string().min(1).max(128);
export const cashSaleParams = z.object({ id: z.string().min(1).max(260) });

export const cashSaleView = z.object({
  /** Of its own page: `<site>.<sale>`. */
  id: z.string(),
  saleId: z.string(),
  siteId: z.string(),
  /** Null: the site is gone. */
  siteName: z.string().nullable(),
  sellerId: z.string(),
  /** Null: a seller of the site's own file. */
  sellerName: z.string().nullable(),
  planId: z.string().nullable(),
  planName: z.string(),
  priceCents: z.int(),
  commissionCents: z.int(),
  currency: z.string(),
  grantId: z.string(),
  /** The end of the code that was given for it. */
  codeEnd: z.string(),
  /** The customer's number, masked. Null: the seller typed none. */
  phone: z.string().nullable(),
  soldAtMs: z.int(),
  /** When the hub heard of it: later, when it was away. */
  receivedAtMs: z.int(),
  /** The first use of what was sold; null: not used yet. */
  startedAtMs: z.int().nullable(),
  /** Null: not used yet, or no date ends it. */
  endsAtMs: z.int().nullable(),
  /** Since when its code is worth nothing; null: it counts. */
  disabledAtMs: z.int().nullable(),
  /** Refunded of it so far. */
  refundedCents: z.int(),
  /** In the books; null: it cost nothing. */
  entryId: z.string().nullable(),
});

export const cashSaleDetail = cashSaleView.extend({
  /** Opens what was sold. Null: the caller may not read codes, or the hub does not know it. */
  code: z.string().nullable(),
  /** Its refunds, newest first. */
  refunds: z.array(
    z.object({
      id: z.string(),
      method: z.string(),
      amountCents: z.int(),
      state: z.string(),
      reason: z.string(),
      createdAtMs: z.int(),
    }),
  ),
});

const list = listOf({
  sort: {
    sold: { by: sql.ref("sale.soldAtMs"), kind: "number" },
    received: { by: sql.ref("sale.receivedAtMs"), kind: "number" },
    price: { by: sql.ref("sale.priceCents"), kind: "number" },
  },
  default: "-sold",
  tie: [sql.ref("sale.siteId"), sql.ref("sale.saleId")],
  search: [sql.ref("sale.planName"), sql.ref("sale.codeEnd")],
  sums: {
    currency: sql.ref("sale.currency"),
    amountCents: sql.ref("sale.priceCents"),
    commissionCents: sql.ref("sale.commissionCents"),
  },
});

const salesQuery = list.query.extend({
  siteId: id.optional(),
  sellerId: id.optional(),
  grantId: id.optional(),
  /** Those of the customer who has this number, or of numbers that end so (or begin so, for who may read customers). */
  phone: z.string().max(30).optional(),
  fromMs: instantMsTyped.optional(),
  untilMs: instantMsTyped.optional(),
});

export function cashSaleRoutes(parts: SwitchParts & { readonly parties: Parties }) {
  const switchTo = (word: "disable" | "enable", summary: string) =>
    route({
      method: "POST",
      path: `/api/v1/cash-sales/{id}/${word}`,
      summary,
      permission: "grants.manage",
      params: cashSaleParams,
      body: null,
      response: cashSaleDetail,
      handle: ({ params, providerId, actor, transact }) =>
        transact(async (tx) => {
          await switchCashSale(parts, tx, await lockCashSale(tx, providerId, params.id), word === "enable");
          return readDetail(tx, providerId, params.id, actor);
        }),
    });
  return [
    route({
      method: "GET",
      path: "/api/v1/cash-sales",
      summary: "What was sold for cash at the sites",
      permission: "payments.read",
      query: salesQuery,
      response: pageOf(cashSaleView),
      handle: ({ query, providerId, actor, transact }) =>
        transact((tx) => listSales(parts.parties, tx, { providerId, actor }, query)),
    }),
    exportRoute({
      path: "/api/v1/cash-sales/export",
      summary: "What was sold for cash at the sites, as CSV or workbook, with the same filters as the list",
      permission: "payments.read",
      query: salesQuery,
      columns: [
        ...(["soldAtMs", "siteName", "sellerName", "planName", "priceCents", "commissionCents"] as const),
        ...(["refundedCents", "currency", "phone", "receivedAtMs"] as const),
      ],
      words: {
        heads: {
          ...commonHeads,
          soldAtMs: ["Sold", "Iliuzwa"],
          sellerName: ["Seller", "Muuzaji"],
          priceCents: ["Price", "Bei"],
          commissionCents: ["Commission", "Kamisheni"],
          receivedAtMs: ["Known here since", "Imejulikana hapa tangu"],
        },
      },
      offsetMinutes: offsetOfProvider,
      page: (tx, query, call) => listSales(parts.parties, tx, call, query),
    }),
    route({
      method: "GET",
      path: "/api/v1/cash-sales/{id}",
      summary: "One sale for cash at a site, with its code for who may read codes",
      permission: "payments.read",
      reveals: revealsCodes,
      params: cashSaleParams,
      response: cashSaleDetail,
      handle: ({ params, providerId, actor, transact, revealed }) =>
        transact(async (tx) => {
          const sale = await readDetail(tx, providerId, params.id, actor);
          revealed(sale.code !== null);
          return sale;
        }),
    }),
    switchTo("disable", "Disable the code of a sale at a site; what runs of it ends there"),
    switchTo("enable", "Enable the code of a sale at a site again"),
  ];
}

async function listSales(parties: Parties, tx: Tx, reader: PhoneReader, query: z.output<typeof salesQuery>) {
  const { providerId } = reader;
  const { siteId, sellerId, grantId, phone, fromMs, untilMs } = query;
  const columns = { party: "sale.phone_hash", masked: "sale.phone_masked" };
  const ofNumber = phone === undefined ? null : await ofPhone(parties, tx, reader, columns, phone);
  const rows = sales(tx, providerId)
    .$if(siteId !== undefined, (is) => is.where("sale.siteId", "=", siteId ?? ""))
    .$if(sellerId !== undefined, (is) => is.where("sale.sellerId", "=", sellerId ?? ""))
    .$if(grantId !== undefined, (is) => is.where("sale.grantId", "=", grantId ?? ""))
    .$if(phone !== undefined, (is) => is.where(ofNumber ?? sql<boolean>`false`))
    .$if(fromMs !== undefined, (is) => is.where("sale.soldAtMs", ">=", fromMs ?? 0))
    .$if(untilMs !== undefined, (is) => is.where("sale.soldAtMs", "<", untilMs ?? 0));
  return list.page(rows, query, viewOf);
}

async function readDetail(
  tx: Tx,
  providerId: string,
  saleId: string,
  actor: Pick<Actor, "may">,
): Promise<z.input<typeof cashSaleDetail>> {
  const dot = saleId.indexOf(".");
  const row = await sales(tx, providerId)
    .where("sale.siteId", "=", saleId.slice(0, Math.max(0, dot)))
    .where("sale.saleId", "=", saleId.slice(dot + 1))
    .executeTakeFirst();
  if (row === undefined) throw notFound("cash sale");
  const refunds = await tx
    .selectFrom("refunds")
    .select(["refundId", "method", "amountCents", "state", "reason", "createdAtMs"])
    .where("providerId", "=", providerId)
    .where("cashSaleId", "=", saleId)
    .orderBy("createdAtMs", "desc")
    .orderBy("refundId", "desc")
    .limit(100)
    .execute();
  return {
    ...viewOf(row),
    code: mayReadCashSaleCode(actor, row.startedAtMs !== null) ? row.code : null,
    refunds: refunds.map((each) => ({
      id: each.refundId,
      method: each.method,
      amountCents: each.amountCents,
      state: each.state,
      reason: each.reason,
      createdAtMs: each.createdAtMs,
    })),
  };
}

/** A code that nobody has used is cash. */
export function mayReadCashSaleCode(actor: Pick<Actor, "may">, isUsed: boolean): boolean {
  return isUsed ? actor.may("vouchers.read") || actor.may("grants.manage") : actor.may(revealsCodes);
}

function sales(tx: Tx, providerId: string) {
  return tx
    .selectFrom("cash_sales as sale")
    .leftJoin("sellers", (join) =>
      join.onRef("sellers.providerId", "=", "sale.providerId").onRef("sellers.sellerId", "=", "sale.sellerId"),
    )
    .leftJoin("grant_starts as start", (join) =>
      join
        .onRef("start.providerId", "=", "sale.providerId")
        .onRef("start.grantId", "=", "sale.grantId")
        .onRef("start.siteId", "=", "sale.siteId"),
    )
    .selectAll("sale")
    .select(["sellers.name as sellerName", siteNameOf("sale").as("siteName"), "start.startedAtMs", "start.endsAtMs"])
    .select(
      sql<number>`(select coalesce(sum(r.amount_cents), 0) from refunds r where r.provider_id = sale.provider_id
        and r.cash_sale_id = sale.site_id || '.' || sale.sale_id and r.state = 'done')::bigint`.as("refundedCents"),
    )
    .where("sale.providerId", "=", providerId);
}

type Row = Awaited<ReturnType<ReturnType<typeof sales>["execute"]>>[number];

function viewOf(row: Row): z.input<typeof cashSaleView> {
  return {
    id: cashSaleId(row),
    saleId: row.saleId,
    siteId: row.siteId,
    siteName: row.siteName,
    sellerId: row.sellerId,
    sellerName: row.sellerName,
    planId: row.planId,
    planName: row.planName,
    priceCents: row.priceCents,
    commissionCents: row.commissionCents,
    currency: row.currency,
    grantId: row.grantId,
    codeEnd: row.codeEnd,
    phone: row.phoneMasked,
    soldAtMs: row.soldAtMs,
    receivedAtMs: row.receivedAtMs,
    startedAtMs: row.startedAtMs,
    endsAtMs: row.endsAtMs,
    disabledAtMs: row.disabledAtMs,
    refundedCents: Number(row.refundedCents),
    entryId: row.entryId,
  };
}
