/** What a site sold for cash, and what each of its sellers took. */

import type { RecalledPage } from "@karibu/protocol/journal/record";
import { cents, unixMs } from "@karibu/protocol/quantities";
import { sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { keptAfterEndMs, type RecallPlace } from "./read-begun.ts";

const dayMs = 86_400_000;
/** As long as the site counts a seller's sales of a day. */
const recentMs = 2 * dayMs;

type Sale = RecalledPage["sales"][number];

/** Sales whose code may still be used, or was lately, and the hub's name of the last of them: `after` of the next page. */
export async function readSales(
  tx: Tx,
  { providerId, siteId, epoch }: RecallPlace,
  page: { readonly after: string; readonly limit: number; readonly nowMs: number },
): Promise<{ readonly sales: readonly Sale[]; readonly last: string | null }> {
  const overMs = page.nowMs - keptAfterEndMs;
  const { rows } = await sql<{ sale: Omit<Sale, "atMs">; soldAtMs: number; saleId: string }>`
    select j.raw as sale, sale.sold_at_ms, sale.sale_id from cash_sales sale
    join journal_records j on j.provider_id = sale.provider_id and j.site_id = sale.site_id and j.epoch = sale.epoch and j.seq = sale.seq
      and j.kind = 'cash-sale'
    left join grant_starts s on s.provider_id = sale.provider_id and s.grant_id = sale.grant_id and s.site_id = sale.site_id
    where sale.provider_id = ${providerId} and sale.site_id = ${siteId} and sale.sale_id > ${page.after} and sale.epoch <> ${epoch}
      and coalesce(s.ends_at_ms, (sale.terms ->> 'validUntilMs')::bigint, ${page.nowMs}::bigint) >= ${overMs}::bigint
      -- A number that a seller used again names two sales: the site knows the newest by it.
      and not exists (select from cash_sales newer where newer.provider_id = sale.provider_id and newer.grant_id = sale.grant_id
        and newer.site_id = sale.site_id and (newer.received_at_ms, newer.sale_id) > (sale.received_at_ms, sale.sale_id))
    order by sale.sale_id limit ${page.limit}
  `.execute(tx);
  const sales = rows.map(({ sale, soldAtMs }) => {
    const { saleId, sellerId, planId, priceCents, currency, code, grant } = sale;
    return { saleId, sellerId, planId, priceCents, currency, code, grant, atMs: unixMs(soldAtMs) };
  });
  return { sales, last: rows.at(-1)?.saleId ?? null };
}

/** Of one seller: some 75 KB. The seller's page of the day shows no more of older ones; what was sold in all counts each. */
const recentMax = 1000;

/** By id, the next after `after`. */
export async function readSellers(
  tx: Tx,
  { providerId, siteId, epoch }: RecallPlace,
  page: { readonly after: string; readonly limit: number; readonly nowMs: number },
): Promise<RecalledPage["sellers"]> {
  const { rows } = await sql<{
    sellerId: string;
    soldCents: number;
    recent: { atMs: number; priceCents: number; currency: string }[];
  }>`
    select seller_id, ${bounded(sql`sum(price_cents)`)} as sold_cents,
      coalesce(jsonb_agg(jsonb_build_object('atMs', sold_at_ms, 'priceCents', price_cents, 'currency', currency) order by sold_at_ms)
        filter (where sold_at_ms > ${page.nowMs - recentMs}::bigint), '[]'::jsonb) as recent
    from cash_sales where provider_id = ${providerId} and site_id = ${siteId} and epoch <> ${epoch} and seller_id > ${page.after}
    group by seller_id order by seller_id limit ${page.limit}
  `.execute(tx);
  return rows.map(({ sellerId, soldCents, recent }) => ({
    sellerId,
    soldCents: cents(soldCents),
    recent: recent.slice(-recentMax).map(({ atMs, priceCents, currency }) => ({
      atMs: unixMs(atMs),
      priceCents: cents(priceCents),
      currency,
    })),
  }));
}
