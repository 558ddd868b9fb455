/**
 * Sales from the roll-ups, and from the entries that wait to be counted, in one statement: so a report agrees with the books to the cent at any
 * moment, and no sale is missing or there twice.
 */
import { type RawBuilder, sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { chargedLines } from "../roll-ups/charged-lines.ts";
import { soldEntries } from "../roll-ups/sold-entries.ts";
import type { Asked, SalesWay } from "./report.ts";
import { wordOf } from "./report-words.ts";

export interface SoldSum {
  /** What it was grouped by. */
  readonly key: string;
  readonly soldCents: number;
  readonly refundedCents: number;
  readonly sales: number;
  readonly refunds: number;
  /** Of what was sold: taken in cash. A person or a batch answers for it. */
  readonly cashCents: number;
}

type Of = Pick<Asked, "providerId" | "offsetMinutes" | "currency" | "fromDay" | "untilDay" | "sellerId">;

/** What a sum is of. `day-and-plan`: its key is `2026-11-22 <plan>`. */
type SoldWay = SalesWay | "day-and-plan";

const byDay = sql`to_char(day, 'YYYY-MM-DD')`;
/** Which of the roll-ups by one thing has it, which column of an entry that is, and the sum's key. */
const ways: Readonly<
  Record<SoldWay, { kind: "day" | "plan" | "site" | "channel" | "seller"; key: RawBuilder<unknown> }>
> = {
  day: { kind: "day", key: byDay },
  month: { kind: "day", key: sql`to_char(day, 'YYYY-MM')` },
  plan: { kind: "plan", key: sql`key` },
  site: { kind: "site", key: sql`key` },
  channel: { kind: "channel", key: sql`key` },
  seller: { kind: "seller", key: sql`key` },
  "day-and-plan": { kind: "plan", key: sql`${byDay} || ' ' || key` },
};
const columnOf = {
  day: sql`''`,
  plan: sql`plan_id`,
  site: sql`site_id`,
  channel: sql`channel_id`,
  seller: sql`seller_id`,
};

export async function readSold(tx: Tx, of: Of, way: SoldWay): Promise<SoldSum[]> {
  const { kind, key } = ways[way];
  const { providerId, sellerId } = of;
  const ofSeller = sellerId === null ? sql`` : sql`and seller_id = ${sellerId}`;
  const these = sql`currency = ${of.currency} and day >= ${of.fromDay}::date and day <= ${of.untilDay}::date`;
  const sums = sql`sold_cents, refunded_cents, sales, refunds, cash_cents`;
  const column = columnOf[kind];
  // One person's sales are few: they are read from the rows that know everything.
  const counted =
    sellerId === null
      ? sql`select day, key, ${sums} from report_sales_by where provider_id = ${providerId} and kind = ${kind} and ${these}`
      : sql`select day, ${column} as key, ${sums} from report_sales where provider_id = ${providerId} and ${these} ${ofSeller}`;
  const waits = sql`e.entry_id in (select entry_id from report_entries_waiting where provider_id = ${providerId})`;
  // Nobody sells over the counter what is charged for a line.
  const moved = way === "plan" && sellerId === null ? movedToPlans(of, these, waits) : sql``;
  const { rows } = await sql<Record<keyof SoldSum, string | number>>`
    select ${key} as key, ${bounded(sql`sum(sold_cents)`)} as "soldCents", ${bounded(sql`sum(refunded_cents)`)} as "refundedCents",
      ${bounded(sql`sum(sales)`)} as sales, ${bounded(sql`sum(refunds)`)} as refunds, ${bounded(sql`sum(cash_cents)`)} as "cashCents"
    from (
      ${counted}
      union all
      select day, ${column} as key, ${sums} from (${soldEntries(of, waits)}) waiting where ${these} ${ofSeller}
      ${moved}
    ) sold group by 1 order by 1`.execute(tx);
  return rows.map((row) => ({
    key: String(row.key),
    soldCents: Number(row.soldCents),
    refundedCents: Number(row.refundedCents),
    sales: Number(row.sales),
    refunds: Number(row.refunds),
    cashCents: Number(row.cashCents),
  }));
}

/** What lines of charges (subscriptions) say of a plan: their entries sold it under none, so it is added here and taken off there. */
function movedToPlans(of: Of, these: RawBuilder<unknown>, waits: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`
      union all
      select day, place.key, sign * cents, 0, sign * sales, 0, sign * cash_cents
      from (
        select day, plan_id, cents * lines as cents, case when cents > 0 and kind <> 'plan-change' then lines else 0 end as sales, cash_cents
        from report_charges where provider_id = ${of.providerId} and ${these} and plan_id <> ''
        union all
        select day, plan_id, cents, case when cents > 0 and kind <> 'plan-change' then 1 else 0 end, cash_cents
        from (${chargedLines(of, waits)}) waiting where ${these} and plan_id <> ''
      ) charged cross join lateral (values (plan_id, 1), ('', -1)) place (key, sign)`;
}

/** How much of what was sold is cash, which nothing but people's word and the batches' count knows. Pure; none where there was none. */
export function cashNotes(sold: readonly SoldSum[], language: Asked["language"]): string[] {
  const [cashCents, soldCents] = [
    sold.reduce((sum, one) => sum + one.cashCents, 0),
    sold.reduce((sum, one) => sum + one.soldCents, 0),
  ];
  if (cashCents === 0 || soldCents <= 0) return [];
  return [wordOf("cashShare", language, { percent: `${Math.round((cashCents * 1000) / soldCents) / 10} %` })];
}
