/** `/api/v1/sales`: every sale one by one, as Home and the reports add them up. */
import { type RawBuilder, sql } from "kysely";
import { z } from "zod";
import { siteNameOf } from "../../fleet/sites/site-names.ts";
import type { Tx } from "../../ground/db/database.ts";
import { route } from "../../ground/http/route.ts";
import { listOf } from "../../ground/lists/list.ts";
import { pageOf } from "../../ground/lists/page.ts";
import { spanFields, within } from "../../ground/lists/span.ts";
import { paidFrom, soldThings } from "../../money/booked-sales/booked-sales.ts";
import { soldAccounts } from "./sales.ts";

export const saleView = z.object({
  id: z.string(),
  bookedAtMs: z.int(),
  /** Of the entry in the books: `receipt`, `voucher-sale`, `cash-sale`, `reversal`. */
  kind: z.string(),
  /** What was sold, after discounts; below zero: a sale or a part of one was taken back. A refund is none: it stands apart. */
  amountCents: z.int(),
  currency: z.string(),
  planName: z.string().nullable(),
  siteName: z.string().nullable(),
  /** `cash`, the kind of a channel, or `credit`: the customer's own balance. Null: the entry does not say. */
  paidFrom: z.string().nullable(),
  /** Where it is shown: a printed code's sale with its `batch`. Null: it has no page of its own. */
  thing: z.object({ kind: z.enum(["payment", "cash-sale", "batch"]), id: z.string() }).nullable(),
});

const list = listOf({
  sort: { booked: { by: sql.ref("s.atMs"), kind: "number" } },
  default: "-booked",
  tie: [sql.ref("s.entryId"), sql.ref("s.currency")],
  search: [sql.ref("s.planName")],
  sums: { currency: sql.ref("s.currency"), amountCents: sql.ref("s.cents") },
});
const saleQuery = list.query.extend({ ...spanFields, currency: z.string().length(3).optional() });

interface SaleRow {
  readonly entryId: string;
  readonly kind: string;
  readonly atMs: number;
  readonly currency: string;
  readonly cents: number | string;
  readonly planName: string | null;
  readonly siteName: string | null;
  readonly paidFrom: string | null;
  readonly purchaseId: string | null;
  readonly cashSaleId: string | null;
  readonly batchId: string | null;
}

/** What moved between `pending` and `revenue` was sold before: such an entry sums to nothing, and is no row. */
const salesOf = (providerId: string, inSpan: RawBuilder<boolean>) => sql<SaleRow>`(
  select e.entry_id, e.kind, e.at_ms, p.currency, p.cents, i.purchase_id, b.batch_id,
    case when c.entry_id is not null then c.site_id || '.' || c.sale_id end as cash_sale_id,
    coalesce(i.plan_name, c.plan_name, b.plan_name) as plan_name, ${siteNameOf("e", sql`coalesce(i.site_id, c.site_id, w.site_id, b.home_site_id)`)} as site_name,
    ${paidFrom(sql`i.channel_id`)} as paid_from
  from ledger_entries e
  join lateral (
    select currency, (0 - sum(amount_cents))::bigint as cents from ledger_postings p
    where p.provider_id = e.provider_id and p.entry_id = e.entry_id and p.account in ${soldAccounts}
    group by currency having sum(amount_cents) <> 0
  ) p on true
  ${soldThings}
  where e.provider_id = ${providerId} and ${inSpan})`;

function thingOf(row: SaleRow): z.input<typeof saleView>["thing"] {
  if (row.purchaseId !== null) return { kind: "payment", id: row.purchaseId };
  if (row.cashSaleId !== null) return { kind: "cash-sale", id: row.cashSaleId };
  return row.batchId === null ? null : { kind: "batch", id: row.batchId };
}

function listSales(tx: Tx, providerId: string, query: z.output<typeof saleQuery>) {
  const { currency } = query;
  const rows = tx
    .selectFrom(salesOf(providerId, within(sql.ref("e.atMs"), query)).as("s"))
    .selectAll()
    .$if(currency !== undefined, (is) => is.where("s.currency", "=", currency ?? ""));
  return list.page(
    rows,
    query,
    (row): z.input<typeof saleView> => ({
      id: row.entryId,
      bookedAtMs: row.atMs,
      kind: row.kind,
      amountCents: Number(row.cents),
      currency: row.currency,
      planName: row.planName,
      siteName: row.siteName,
      paidFrom: row.paidFrom,
      thing: thingOf(row),
    }),
  );
}

export function saleRoutes() {
  return [
    route({
      method: "GET",
      path: "/api/v1/sales",
      summary: "Every sale of a time one by one, as it was booked: what Home and the reports add up",
      permission: "reports.read",
      query: saleQuery,
      response: pageOf(saleView),
      handle: ({ query, providerId, transact }) => transact((tx) => listSales(tx, providerId, query)),
    }),
  ];
}
