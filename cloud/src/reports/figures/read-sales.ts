/**
 * Sales from the roll-ups, and from the entries that wait to be counted, in one statement: so a report agrees with the books to the cent at any
 * moment, and no sale is missing or there twice.
 */
import { type RawBuilder, sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { soldEntries } from "../roll-ups/sold-entries.ts";
import type { Asked } from "./report.ts";

export interface SoldSum {
  /** What it was grouped by. */
  readonly key: string;
  readonly soldCents: number;
  readonly refundedCents: number;
  readonly sales: number;
  readonly refunds: number;
}

type Of = Pick<Asked, "providerId" | "offsetMinutes" | "currency" | "fromDay" | "untilDay" | "sellerId">;

/** By what an SQL expression over a roll-up's row gives: `plan_id`, or a day's month. */
export async function readSold(tx: Tx, of: Of, key: RawBuilder<unknown>): Promise<SoldSum[]> {
  const ofSeller = of.sellerId === null ? sql`` : sql`and seller_id = ${of.sellerId}`;
  const these = sql`currency = ${of.currency} and day >= ${of.fromDay}::date and day <= ${of.untilDay}::date ${ofSeller}`;
  const columns = sql`day, site_id, plan_id, channel_id, seller_id, sold_cents, refunded_cents, sales, refunds`;
  const waits = sql`e.entry_id in (select entry_id from report_entries_waiting where provider_id = ${of.providerId})`;
  const { rows } = await sql<Record<keyof SoldSum, string | number>>`
    select ${key} as key, ${bounded(sql`sum(sold_cents)`)} as "soldCents", ${bounded(sql`sum(refunded_cents)`)} as "refundedCents",
      ${bounded(sql`sum(sales)`)} as sales, ${bounded(sql`sum(refunds)`)} as refunds
    from (
      select ${columns} from report_sales where provider_id = ${of.providerId} and ${these}
      union all
      select ${columns} from (${soldEntries(of, waits)}) waiting where ${these}
    ) sold group by 1 order by 1`.execute(tx);
  return rows.map((row) => ({
    key: String(row.key),
    soldCents: Number(row.soldCents),
    refundedCents: Number(row.refundedCents),
    sales: Number(row.sales),
    refunds: Number(row.refunds),
  }));
}

export const byDay = sql`to_char(day, 'YYYY-MM-DD')`;
export const byMonth = sql`to_char(day, 'YYYY-MM')`;
