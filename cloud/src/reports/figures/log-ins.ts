/** Log-ins and devices by day, month or site. */
import { sql } from "kysely";
import { allSiteNames } from "../../fleet/sites/site-names.ts";
import type { Tx } from "../../ground/db/database.ts";
import { type Asked, daysOf, monthsOf, type Report } from "./report.ts";
import { type ReportWord, wordOf } from "./report-words.ts";

interface Counted {
  readonly key: string;
  readonly logIns: number;
  readonly devices: number;
}

export async function readLogIns(tx: Tx, asked: Asked): Promise<Report> {
  const { providerId, by, fromDay, untilDay } = asked;
  const key = { day: sql`to_char(day, 'YYYY-MM-DD')`, month: sql`to_char(day, 'YYYY-MM')`, site: sql`site_id` }[
    by as "day" | "month" | "site"
  ];
  const { rows } = await sql<Record<keyof Counted, string | number>>`
    select ${key} as key, sum(log_ins)::bigint as "logIns", sum(devices)::bigint as devices from report_log_ins
    where provider_id = ${providerId} and day >= ${fromDay}::date and day <= ${untilDay}::date
      and (site_id = '') = ${by !== "site"}
    group by 1 order by 2 desc, 1`.execute(tx);
  const counted = rows.map((row) => ({
    key: String(row.key),
    logIns: Number(row.logIns),
    devices: Number(row.devices),
  }));
  if (by === "month") return drawLogIns(await withMonthDevices(tx, asked, counted), asked, new Map());
  return drawLogIns(counted, asked, by === "site" ? await allSiteNames(tx, providerId) : new Map());
}

/** A device that came on many days of a month is one device of the month. */
async function withMonthDevices(tx: Tx, { providerId, fromDay, untilDay }: Asked, counted: readonly Counted[]) {
  const months = await tx
    .selectFrom("report_months")
    .select(["month", "devices"])
    .where("providerId", "=", providerId)
    .where("month", ">=", fromDay.slice(0, 7))
    .where("month", "<=", untilDay.slice(0, 7))
    .execute();
  const devices = new Map(months.map((row) => [row.month, row.devices]));
  return counted.map((one) => ({ ...one, devices: devices.get(one.key) ?? 0 }));
}

/** Pure. */
function drawLogIns(counted: readonly Counted[], asked: Asked, names: ReadonlyMap<string, string>): Report {
  const { by, language } = asked;
  const word = (name: ReportWord) => wordOf(name, language);
  const found = new Map(counted.map((one) => [one.key, one]));
  const ordered =
    by === "site"
      ? counted
      : (by === "day" ? daysOf(asked) : monthsOf(asked)).map((key) => found.get(key) ?? { key, logIns: 0, devices: 0 });
  const nameOf = (key: string) => (by === "site" ? (names.get(key) ?? word("unnamed")) : key);
  return {
    chart: {
      kind: by === "site" ? "rows" : "bars",
      unit: "count",
      currency: null,
      labels: ordered.map(({ key }) => (by === "day" ? key.slice(5) : nameOf(key))),
      series: [
        { name: word("log-ins"), tone: "brand", values: ordered.map(({ logIns }) => logIns) },
        ...(by === "site"
          ? []
          : [{ name: word("devices"), tone: "second" as const, values: ordered.map(({ devices }) => devices) }]),
      ],
    },
    columns: [
      { head: word(by), unit: "text" },
      { head: word("log-ins"), unit: "count" },
      { head: word("devices"), unit: "count" },
      { head: word("perDevice"), unit: "count" },
    ],
    rows: ordered.map(({ key, logIns, devices }) => [
      nameOf(key),
      logIns,
      devices,
      devices === 0 ? null : Math.round((logIns / devices) * 100) / 100,
    ]),
    total:
      ordered.length === 0 ? null : [word("total"), ordered.reduce((sum, { logIns }) => sum + logIns, 0), null, null],
    notes: [word("deviceOnce"), ...(asked.untilDay >= asked.today ? [word("todayRuns")] : [])],
  };
}
