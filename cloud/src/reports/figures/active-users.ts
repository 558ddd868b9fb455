/** Who is there: devices and the most at once by day; devices and paying customers by month. */

import { sql } from "kysely";
import { onlineNow } from "../../catalogue/sessions/online-now.ts";
import type { Tx } from "../../ground/db/database.ts";
import { type Asked, daysOf, monthsOf, type Report } from "./report.ts";
import { type ReportWord, wordOf } from "./report-words.ts";

export async function readActiveUsers(tx: Tx, asked: Asked): Promise<Report> {
  return asked.by === "month"
    ? drawMonths(asked, await readMonths(tx, asked))
    : drawDays(asked, await readDays(tx, asked));
}

interface Day {
  readonly day: string;
  readonly devices: number | null;
  readonly most: number | null;
}

/** Who is online is counted every ten minutes (`note-online.ts`); of today, who is online now counts too. */
async function readDays(tx: Tx, { providerId, fromDay, untilDay, today }: Asked): Promise<Day[]> {
  const span = sql`provider_id = ${providerId} and day >= ${fromDay}::date and day <= ${untilDay}::date`;
  const { rows } = await sql<Day>`
    select to_char(day, 'YYYY-MM-DD') as day, max(devices)::int as devices, max(most)::int as most from (
      select day, devices, null::bigint as most from report_log_ins where ${span} and site_id = ''
      union all select day, null, most from report_online where ${span}
      union all select ${today}::date, null, ${onlineNow(providerId)}
        where ${today}::date >= ${fromDay}::date and ${today}::date <= ${untilDay}::date
    ) each group by 1`.execute(tx);
  return rows;
}

function drawDays(asked: Asked, known: readonly Day[]): Report {
  const word = (name: ReportWord) => wordOf(name, asked.language);
  const found = new Map(known.map((one) => [one.day, one]));
  const days = daysOf(asked).map((day) => {
    const { devices = null, most = null } = found.get(day) ?? {};
    // A device that came and went between two counts was there.
    return { day, devices: devices ?? 0, most: most === 0 && devices ? 1 : most };
  });
  return {
    chart: {
      kind: "lines",
      unit: "count",
      currency: null,
      labels: days.map(({ day }) => day.slice(5)),
      series: [
        { name: word("devices"), tone: "brand", values: days.map(({ devices }) => devices) },
        { name: word("mostOnline"), tone: "second", values: days.map(({ most }) => most) },
      ],
    },
    columns: [
      { head: word("day"), unit: "text" },
      { head: word("devices"), unit: "count" },
      { head: word("mostOnline"), unit: "count" },
    ],
    rows: days.map(({ day, devices, most }) => [day, devices, most]),
    total: null,
    notes: [word("deviceOnce"), ...(asked.untilDay >= asked.today ? [word("todayRuns")] : [])],
  };
}

interface Month {
  readonly month: string;
  readonly devices: number | null;
  readonly payers: number | null;
  readonly fresh: number | null;
}

async function readMonths(tx: Tx, { providerId, currency, fromDay, untilDay }: Asked): Promise<Month[]> {
  const span = sql`provider_id = ${providerId} and month >= ${fromDay.slice(0, 7)} and month <= ${untilDay.slice(0, 7)}`;
  const { rows } = await sql<Month>`
    select month, max(devices)::int as devices, max(payers)::int as payers, max(fresh)::int as fresh from (
      select month, devices, null::bigint as payers, null::bigint as fresh from report_months where ${span}
      union all
      select month, null, sum(payers), coalesce(sum(payers) filter (where cohort = month), 0)
      from report_cohorts where ${span} and currency = ${currency} group by month
    ) each group by 1`.execute(tx);
  return rows;
}

function drawMonths(asked: Asked, known: readonly Month[]): Report {
  const word = (name: ReportWord) => wordOf(name, asked.language);
  const found = new Map(known.map((one) => [one.month, one]));
  const months = monthsOf(asked).map((month) => {
    const { devices = 0, payers = 0, fresh = 0 } = found.get(month) ?? {};
    return { month, devices: devices ?? 0, payers: payers ?? 0, fresh: fresh ?? 0 };
  });
  return {
    chart: {
      kind: "bars",
      unit: "count",
      currency: null,
      labels: months.map(({ month }) => month),
      series: [
        { name: word("devices"), tone: "brand", values: months.map(({ devices }) => devices) },
        { name: word("payers"), tone: "second", values: months.map(({ payers }) => payers) },
      ],
    },
    columns: [
      { head: word("month"), unit: "text" },
      { head: word("devices"), unit: "count" },
      { head: word("payers"), unit: "count" },
      { head: word("newPayers"), unit: "count" },
    ],
    rows: months.map(({ month, devices, payers, fresh }) => [month, devices, payers, fresh]),
    total: null,
    notes: [word("activeNote")],
  };
}
