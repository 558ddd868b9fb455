/** Vouchers whose sale others book: a reseller's, what a person says was sold, and what is refunded before its use is counted. */
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { type RawBuilder, sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { recordset } from "../../ground/db/recordset.ts";
import type { Ledger } from "../ledger/post-entry.ts";
import { type PaperSale, paperSaleEntry } from "./paper-entry.ts";

/** By what it became known that a voucher was sold: its first use, a hand-over, a reseller's word or use, the word of the office, its refund. */
type SoldHow = "used" | "handed-out" | "reseller" | "declared" | "refunded";

/** The serial in a voucher's id, `<batch>.<serial>`, and what may stand behind it; null: there is none. Never fails: a planner may ask it of any text. */
export const serialIn = (voucherId: RawBuilder<unknown>): RawBuilder<number | null> =>
  sql<number | null>`substring(${voucherId} from '^[^.]*[.]([0-9]{1,9})([.:]|$)')::integer`;

/** A voucher's sale, `w`, at the time of its use; not before its batch, `b`, was made, nor after it was booked: no site's clock was right then. */
export const soldAt: RawBuilder<number> = sql`case when w.sold_at_ms between b.created_at_ms and w.booked_at_ms then w.sold_at_ms
  else w.booked_at_ms end`;

/** Where a voucher was sold: where it was used first, else the home of its batch. */
export const siteOfVoucher = (
  providerId: RawBuilder<unknown>,
  voucherId: RawBuilder<unknown>,
): RawBuilder<string | null> =>
  sql`(select coalesce(w.site_id, b.home_site_id) from voucher_batches b
    left join voucher_sales w on w.provider_id = b.provider_id and w.batch_id = b.batch_id and w.serial = ${serialIn(voucherId)}
    where b.provider_id = ${providerId} and b.batch_id = split_part(${voucherId}, '.', 1))`;

/** Is the sale of a voucher, `v`, in the books? */
export const saleIsNoted: RawBuilder<boolean> = sql`exists (
  select 1 from voucher_sales w where w.provider_id = v.provider_id and w.batch_id = v.batch_id and w.serial = v.serial)`;

/** Did the office say that a voucher, `s`, was sold? Its cash is in the till then, and its batch answers for none. */
export const isDeclaredBy = (providerId: string): RawBuilder<boolean> => sql`exists (
  select 1 from voucher_sales w where w.provider_id = ${providerId} and w.batch_id = s.batch_id and w.serial = s.serial and w.how = 'declared')`;

interface NotedSale extends PaperSale {
  readonly entryId: string;
}

/** Before its entry is posted: the list of money received reads it. What is noted already stays as it is. */
export async function noteVoucherSales(
  tx: Tx,
  of: { readonly providerId: string; readonly how: SoldHow; readonly nowMs: number },
  sales: readonly NotedSale[],
): Promise<void> {
  if (sales.length === 0) return;
  const { providerId, how, nowMs } = of;
  await sql`
    insert into voucher_sales (provider_id, batch_id, serial, how, site_id, sold_at_ms, booked_at_ms, price_cents, currency, entry_id)
    select ${providerId}::text, f."batchId", f.serial, ${how}, used.site_id, coalesce(used.started_at_ms, ${nowMs}::bigint),
      ${nowMs}::bigint, f."priceCents", f.currency, f."entryId"
    from ${recordset("f", sales, { batchId: "text", serial: "integer", priceCents: "bigint", currency: "text", entryId: "text" })}
    left join lateral (
      select r.site_id, s.started_at_ms from voucher_redemptions r
      join grant_starts s on s.provider_id = r.provider_id and s.grant_id = r.grant_id and s.site_id = r.site_id
      where r.provider_id = ${providerId} and r.batch_id = f."batchId" and r.serial = f.serial
      order by s.started_at_ms limit 1
    ) used on true
    order by f."batchId", f.serial
    on conflict do nothing`.execute(tx);
}

/** The sale of a used voucher whose refund comes before its use is in the books: a reseller's are counted now and then. Once. */
export async function bookRefundedSale(
  { world, ledger }: { readonly world: World; readonly ledger: Ledger },
  tx: Tx,
  providerId: string,
  sale: PaperSale,
): Promise<void> {
  const entryId = newId(world);
  const nowMs = world.clock.wall().atMs;
  await noteVoucherSales(tx, { providerId, how: "refunded", nowMs }, [{ ...sale, entryId }]);
  const noted = await tx
    .selectFrom("voucher_sales")
    .select("entryId")
    .where("providerId", "=", providerId)
    .where("batchId", "=", sale.batchId)
    .where("serial", "=", sale.serial)
    .executeTakeFirst();
  if (noted?.entryId !== entryId) return;
  await ledger.postMany(tx, providerId, [{ entryId, entry: paperSaleEntry(sale) }], nowMs);
}
