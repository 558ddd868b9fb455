/** What customers received and sent, and the mean bandwidth of it, by day, month or site. */
import { sql } from "kysely";
import { allSiteNames } from "../../fleet/sites/site-names.ts";
import { bounded } from "../../ground/amounts/bounds.ts";
import type { Tx } from "../../ground/db/database.ts";
import { type Asked, addMonths, daysOf, monthsOf, type Report, totalOf } from "./report.ts";
import { type ReportWord, wordOf } from "./report-words.ts";

interface Moved {
  readonly key: string;
  readonly inputBytes: number;
  readonly outputBytes: number;
  readonly onlineSeconds: number;
}

const dayMs = 86_400_000;

export async function readTraffic(tx: Tx, asked: Asked): Promise<Report> {
  const { providerId, by, fromDay, untilDay } = asked;
  const key = { day: sql`to_char(day, 'YYYY-MM-DD')`, month: sql`to_char(day, 'YYYY-MM')`, site: sql`site_id` }[
    by as "day" | "month" | "site"
  ];
  const { rows } = await sql<Record<keyof Moved, string | number>>`
    select ${key} as key, ${bounded(sql`sum(input_bytes)`)} as "inputBytes", ${bounded(sql`sum(output_bytes)`)} as "outputBytes",
      ${bounded(sql`sum(online_seconds)`)} as "onlineSeconds"
    from report_traffic where provider_id = ${providerId} and day >= ${fromDay}::date and day <= ${untilDay}::date
    group by 1 order by 3 desc, 1`.execute(tx);
  const moved = rows.map((row) => ({
    key: String(row.key),
    inputBytes: Number(row.inputBytes),
    outputBytes: Number(row.outputBytes),
    onlineSeconds: Number(row.onlineSeconds),
  }));
  return drawTraffic(moved, asked, by === "site" ? await allSiteNames(tx, providerId) : new Map());
}

/** Pure. */
function drawTraffic(moved: readonly Moved[], asked: Asked, names: ReadonlyMap<string, string>): Report {
  const { by, language } = asked;
  const word = (name: ReportWord) => wordOf(name, language);
  const found = new Map(moved.map((one) => [one.key, one]));
  const none = { inputBytes: 0, outputBytes: 0, onlineSeconds: 0 };
  const ordered =
    by === "site"
      ? moved
      : (by === "day" ? daysOf(asked) : monthsOf(asked)).map((key) => found.get(key) ?? { key, ...none });
  const nameOf = (key: string) => (by === "site" ? (names.get(key) ?? word("unnamed")) : key);
  const rows = ordered.map(({ key, inputBytes, outputBytes, onlineSeconds }) => [
    nameOf(key),
    outputBytes,
    inputBytes,
    Math.round(((inputBytes + outputBytes) * 8) / secondsOf(key, asked)),
    onlineSeconds,
  ]);
  return {
    chart: {
      kind: by === "site" ? "rows" : "bars",
      unit: "bytes",
      currency: null,
      labels: ordered.map(({ key }) => (by === "day" ? key.slice(5) : nameOf(key))),
      series: [
        { name: word("received"), tone: "brand", values: ordered.map(({ outputBytes }) => outputBytes) },
        ...(by === "site"
          ? []
          : [{ name: word("sent"), tone: "second" as const, values: ordered.map(({ inputBytes }) => inputBytes) }]),
      ],
    },
    columns: [
      { head: word(by), unit: "text" },
      { head: word("received"), unit: "bytes" },
      { head: word("sent"), unit: "bytes" },
      { head: word("bandwidth"), unit: "bits" },
      { head: word("hours"), unit: "seconds" },
    ],
    rows,
    total: rows.length === 0 ? null : totalOf(word("total"), rows).map((figure, at) => (at === 3 ? null : figure)),
    notes: [word("utcDays")],
  };
}

/** How long the time of a row was, of what was asked for: of what is still to come nothing is counted. */
function secondsOf(key: string, { by, fromDay, untilDay, nowMs }: Asked): number {
  const [askedFromMs, askedUntilMs] = [Date.parse(fromDay), Date.parse(untilDay) + dayMs];
  const [fromMs, untilMs] =
    by === "day"
      ? [Date.parse(key), Date.parse(key) + dayMs]
      : by === "site"
        ? [askedFromMs, askedUntilMs]
        : // A month ends before the next one's first day, also where that is the last day asked for.
          [
            Math.max(askedFromMs, Date.parse(`${key}-01`)),
            Math.min(askedUntilMs, Date.parse(`${addMonths(key, 1)}-01`)),
          ];
  // Of a clock that was set back there is traffic of later: no time has passed of it.
  const endMs = fromMs < nowMs ? Math.min(nowMs, untilMs) : untilMs;
  return Math.max(1000, endMs - fromMs) / 1000;
}
