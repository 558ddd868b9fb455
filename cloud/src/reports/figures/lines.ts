/** Lines month by month: how many there are, what each brings (ARPU), how many leave (churn), and how long those had stayed. */

import { sql } from "kysely";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { linesOf } from "../../money/subscriptions/lines-of.ts";
import { chargedLines } from "../roll-ups/charged-lines.ts";
import { type Asked, monthsOf, type Report } from "./report.ts";
import { type ReportWord, wordOf } from "./report-words.ts";

interface MonthOfLines {
  readonly month: string;
  /** At its beginning. */
  readonly before: number;
  readonly begun: number;
  readonly ended: number;
  /** Of those at its beginning, how many ended. */
  readonly left: number;
  /** Of those that ended, in days. */
  readonly lifetimeDays: number | null;
  readonly cents: number;
}

export async function readLines(tx: Tx, asked: Asked): Promise<Report> {
  const { providerId, currency, offsetMinutes } = asked;
  const monthOf = (column: string) =>
    sql`to_char(to_timestamp((${sql.ref(column)} + ${offsetMinutes * 60_000}::bigint) / 1000) at time zone 'UTC', 'YYYY-MM')`;
  const { rows } = await sql<Omit<MonthOfLines, "cents">>`
    with line as (
      select ${monthOf("created_at_ms")} as begun, ${monthOf("ended_at_ms")} as ended, ended_at_ms - created_at_ms as lived_ms
      from ${linesOf(providerId, currency)} line
    )
    select month, count(*) filter (where begun < month and (ended is null or ended >= month))::int as before,
      count(*) filter (where begun = month)::int as begun, count(*) filter (where ended = month)::int as ended,
      count(*) filter (where begun < month and ended = month)::int as "left",
      (avg(lived_ms) filter (where ended = month) / 86400000)::float8 as "lifetimeDays"
    from unnest(${monthsOf(asked)}::text[]) as month left join line on true
    group by month order by month`.execute(tx);
  const cents = await readCharged(tx, asked);
  return drawLines(
    rows.map((row) => ({ ...row, cents: cents.get(row.month) ?? 0 })),
    asked,
  );
}

/** What lines were charged for themselves: without deposits, items and summaries of sales. Counted, and what waits to be counted. */
async function readCharged(tx: Tx, asked: Asked): Promise<ReadonlyMap<string, number>> {
  const { providerId, currency, fromDay, untilDay } = asked;
  const waits = sql`e.entry_id in (select entry_id from report_entries_waiting where provider_id = ${providerId})`;
  const { rows } = await sql<{ month: string; cents: number }>`
    select to_char(day, 'YYYY-MM') as month, ${bounded(sql`sum(cents * lines)`)} as cents from (
      select currency, day, kind, cents, lines from report_charges where provider_id = ${providerId}
      union all
      select currency, day, kind, cents, 1 from (${chargedLines(asked, waits)}) waiting
    ) charged
    where currency = ${currency} and kind in ('plan', 'plan-change', 'add-on', 'fee', 'late-fee')
      and day >= ${fromDay}::date and day <= ${untilDay}::date
    group by 1`.execute(tx);
  return new Map(rows.map((row) => [row.month, Number(row.cents)]));
}

/** Pure. */
function drawLines(months: readonly MonthOfLines[], { language, currency, today }: Asked): Report {
  const word = (name: ReportWord) => wordOf(name, language);
  const arpu = ({ before, begun, cents }: MonthOfLines) =>
    before + begun === 0 ? null : Math.round(cents / (before + begun));
  const churn = ({ before, left }: MonthOfLines) => (before === 0 ? null : Math.round((left * 1000) / before));
  const whole = months.filter(({ month }) => month < today.slice(0, 7));
  const leftInAll = whole.reduce((sum, { left }) => sum + left, 0);
  const stood = whole.reduce((sum, { before }) => sum + before, 0);
  return {
    chart: months.every(({ before, begun }) => before + begun === 0)
      ? null
      : {
          kind: "bars",
          unit: "cents",
          currency,
          labels: months.map(({ month }) => month),
          series: [{ name: word("arpu"), tone: "brand", values: months.map(arpu) }],
        },
    columns: [
      { head: word("month"), unit: "text" },
      { head: word("linesBefore"), unit: "count" },
      { head: word("linesBegun"), unit: "count" },
      { head: word("linesEnded"), unit: "count" },
      { head: word("churn"), unit: "permille" },
      { head: word("charged"), unit: "cents" },
      { head: word("arpu"), unit: "cents" },
      { head: word("lifetimeDays"), unit: "count" },
    ],
    rows: months.map((one) => [
      one.month,
      one.before,
      one.begun,
      one.ended,
      churn(one),
      one.cents,
      arpu(one),
      one.lifetimeDays === null ? null : Math.round(one.lifetimeDays),
    ]),
    total: null,
    notes: [
      word("linesNote"),
      ...(leftInAll === 0
        ? []
        : [wordOf("linesStay", language, { months: Math.round((stood * 10) / leftInAll) / 10 })]),
    ],
  };
}
