/** The API of what was sold for cash at the sites: rows that the projection of the journal makes, read only. */
import { sql } from "kysely";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import { type Route, route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";

const id = z.string().min(1).max(128);

export const cashSaleView = z.object({
  saleId: z.string(),
  siteId: z.string(),
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
  soldAtMs: z.int(),
  /** When the hub heard of it: later, when it was away. */
  receivedAtMs: z.int(),
  /** The first use of what was sold; null: not used yet. */
  startedAtMs: z.int().nullable(),
  /** In the books; null: it cost nothing. */
  entryId: z.string().nullable(),
});

const sales = listOf({
  sort: {
    sold: { by: sql.ref("sale.sold_at_ms"), kind: "number" },
    received: { by: sql.ref("sale.received_at_ms"), kind: "number" },
    price: { by: sql.ref("sale.price_cents"), kind: "number" },
  },
  default: "-sold",
  tie: [sql.ref("sale.site_id"), sql.ref("sale.sale_id")],
  search: [sql.ref("sale.plan_name"), sql.ref("sale.code_end")],
});

const salesQuery = sales.query.extend({
  siteId: id.optional(),
  sellerId: id.optional(),
  grantId: id.optional(),
  fromMs: z.coerce.number().int().optional(),
  untilMs: z.coerce.number().int().optional(),
});

export function cashSaleRoutes(): Route[] {
  return [
    route({
      method: "GET",
      path: "/api/v1/cash-sales",
      summary: "What was sold for cash at the sites",
      permission: "payments.read",
      query: salesQuery,
      response: pageOf(cashSaleView),
      handle: ({ query, transact }) => transact((tx) => listSales(tx, query)),
    }),
  ];
}

function listSales(tx: Tx, query: z.output<typeof salesQuery>) {
  const { siteId, sellerId, grantId, fromMs, untilMs } = query;
  const rows = tx
    .selectFrom("cash_sales as sale")
    .leftJoin("sellers", (join) =>
      join.onRef("sellers.provider_id", "=", "sale.provider_id").onRef("sellers.seller_id", "=", "sale.seller_id"),
    )
    .leftJoin("grant_starts as start", (join) =>
      join
        .onRef("start.provider_id", "=", "sale.provider_id")
        .onRef("start.grant_id", "=", "sale.grant_id")
        .onRef("start.site_id", "=", "sale.site_id"),
    )
    .selectAll("sale")
    .select(["sellers.name as seller_name", "start.started_at_ms"])
    .$if(siteId !== undefined, (is) => is.where("sale.site_id", "=", siteId ?? ""))
    .$if(sellerId !== undefined, (is) => is.where("sale.seller_id", "=", sellerId ?? ""))
    .$if(grantId !== undefined, (is) => is.where("sale.grant_id", "=", grantId ?? ""))
    .$if(fromMs !== undefined, (is) => is.where("sale.sold_at_ms", ">=", fromMs ?? 0))
    .$if(untilMs !== undefined, (is) => is.where("sale.sold_at_ms", "<", untilMs ?? 0));
  return sales.page(rows, query, (row) => ({
    saleId: row.sale_id,
    siteId: row.site_id,
    sellerId: row.seller_id,
    sellerName: row.seller_name,
    planId: row.plan_id,
    planName: row.plan_name,
    priceCents: row.price_cents,
    commissionCents: row.commission_cents,
    currency: row.currency,
    grantId: row.grant_id,
    codeEnd: row.code_end,
    soldAtMs: row.sold_at_ms,
    receivedAtMs: row.received_at_ms,
    startedAtMs: row.started_at_ms,
    entryId: row.entry_id,
  }));
}
