/** The API of what was sold for cash at the sites. The sites' journals make the rows; people disable a sale, and enable it again. */

import { sql } from "kysely";
import { z } from "zod";
import { ofPhone, type PhoneReader } from "../../catalogue/customers/of-phone.ts";
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
    sold: { by: sql.ref("sale.sold_at_ms"), kind: "number" },
    received: { by: sql.ref("sale.received_at_ms"), kind: "number" },
    price: { by: sql.ref("sale.price_cents"), kind: "number" },
  },
  default: "-sold",
  tie: [sql.ref("sale.site_id"), sql.ref("sale.sale_id")],
  search: [sql.ref("sale.plan_name"), sql.ref("sale.code_end")],
  sums: {
    currency: sql.ref("sale.currency"),
    amountCents: sql.ref("sale.price_cents"),
    commissionCents: sql.ref("sale.commission_cents"),
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
    .$if(siteId !== undefined, (is) => is.where("sale.site_id", "=", siteId ?? ""))
    .$if(sellerId !== undefined, (is) => is.where("sale.seller_id", "=", sellerId ?? ""))
    .$if(grantId !== undefined, (is) => is.where("sale.grant_id", "=", grantId ?? ""))
    .$if(phone !== undefined, (is) => is.where(ofNumber ?? sql<boolean>`false`))
    .$if(fromMs !== undefined, (is) => is.where("sale.sold_at_ms", ">=", fromMs ?? 0))
    .$if(untilMs !== undefined, (is) => is.where("sale.sold_at_ms", "<", untilMs ?? 0));
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
    .where("sale.site_id", "=", saleId.slice(0, Math.max(0, dot)))
    .where("sale.sale_id", "=", saleId.slice(dot + 1))
    .executeTakeFirst();
  if (row === undefined) throw notFound("cash sale");
  const refunds = await tx
    .selectFrom("refunds")
    .select(["refund_id", "method", "amount_cents", "state", "reason", "created_at_ms"])
    .where("provider_id", "=", providerId)
    .where("cash_sale_id", "=", saleId)
    .orderBy("created_at_ms", "desc")
    .orderBy("refund_id", "desc")
    .limit(100)
    .execute();
  return {
    ...viewOf(row),
    code: mayReadCashSaleCode(actor, row.started_at_ms !== null) ? row.code : null,
    refunds: refunds.map((each) => ({
      id: each.refund_id,
      method: each.method,
      amountCents: each.amount_cents,
      state: each.state,
      reason: each.reason,
      createdAtMs: each.created_at_ms,
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
      join.onRef("sellers.provider_id", "=", "sale.provider_id").onRef("sellers.seller_id", "=", "sale.seller_id"),
    )
    .leftJoin("sites", (join) =>
      join.onRef("sites.provider_id", "=", "sale.provider_id").onRef("sites.site_id", "=", "sale.site_id"),
    )
    .leftJoin("grant_starts as start", (join) =>
      join
        .onRef("start.provider_id", "=", "sale.provider_id")
        .onRef("start.grant_id", "=", "sale.grant_id")
        .onRef("start.site_id", "=", "sale.site_id"),
    )
    .selectAll("sale")
    .select(["sellers.name as seller_name", "sites.name as site_name", "start.started_at_ms", "start.ends_at_ms"])
    .select(
      sql<number>`(select coalesce(sum(r.amount_cents), 0) from refunds r where r.provider_id = sale.provider_id
        and r.cash_sale_id = sale.site_id || '.' || sale.sale_id and r.state = 'done')::bigint`.as("refunded_cents"),
    )
    .where("sale.provider_id", "=", providerId);
}

type Row = Awaited<ReturnType<ReturnType<typeof sales>["execute"]>>[number];

function viewOf(row: Row): z.input<typeof cashSaleView> {
  return {
    id: cashSaleId(row),
    saleId: row.sale_id,
    siteId: row.site_id,
    siteName: row.site_name,
    sellerId: row.seller_id,
    sellerName: row.seller_name,
    planId: row.plan_id,
    planName: row.plan_name,
    priceCents: row.price_cents,
    commissionCents: row.commission_cents,
    currency: row.currency,
    grantId: row.grant_id,
    codeEnd: row.code_end,
    phone: row.phone_masked,
    soldAtMs: row.sold_at_ms,
    receivedAtMs: row.received_at_ms,
    startedAtMs: row.started_at_ms,
    endsAtMs: row.ends_at_ms,
    disabledAtMs: row.disabled_at_ms,
    refundedCents: Number(row.refunded_cents),
    entryId: row.entry_id,
  };
}
