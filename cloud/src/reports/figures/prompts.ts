/** Of the payments that a channel was asked for (prompts to phones, payment pages), the share that was paid: by channel, site, hour of the day, or day. */
import { sql } from "kysely";
import { allSiteNames } from "../../fleet/sites/site-names.ts";
import type { Tx } from "../../ground/db/database.ts";
import { readOwners } from "../../money/ledger/names-in-books.ts";
import { promptSql, purchasesWithChannels } from "../../money/purchases/prompts-sent.ts";
import { type Asked, addDays, daysOf, type Report, totalOf } from "./report.ts";
import { type ReportWord, wordOf } from "./report-words.ts";

/** Each prompt is a row that is read. */
const daysRead = 92;
const rowsMax = 500;

interface Prompts {
  readonly key: string;
  readonly asked: number;
  readonly paid: number;
  /** Nobody knows yet what became of them. */
  readonly open: number;
}

export async function readPrompts(tx: Tx, asked: Asked): Promise<Report> {
  const { providerId, currency, by, untilDay, offsetMinutes } = asked;
  const earliest = addDays(untilDay, 1 - daysRead);
  const span = { fromDay: asked.fromDay < earliest ? earliest : asked.fromDay, untilDay };
  const startMs = (day: string) => Date.parse(`${day}T00:00:00Z`) - offsetMinutes * 60_000;
  const local = sql`to_timestamp((p.created_at_ms + ${offsetMinutes * 60_000}::bigint) / 1000) at time zone 'UTC'`;
  const key =
    by === "channel"
      ? sql`p.channel_id`
      : by === "site"
        ? sql`p.site_id`
        : by === "hour"
          ? sql`to_char(${local}, 'HH24')`
          : sql`to_char(${local}, 'YYYY-MM-DD')`;
  const { rows } = await sql<Prompts>`
    select ${key} as key, count(*)::int as asked,
      count(*) filter (where ${promptSql.isPaid})::int as paid, count(*) filter (where ${promptSql.isOpen})::int as open
    from ${purchasesWithChannels}
    where p.provider_id = ${providerId} and p.currency = ${currency} and ${promptSql.isPrompt}
      and p.created_at_ms >= ${startMs(span.fromDay)}::bigint and p.created_at_ms < ${startMs(addDays(untilDay, 1))}::bigint
    group by 1`.execute(tx);
  const names =
    by === "site"
      ? await allSiteNames(tx, providerId)
      : by === "channel"
        ? await readOwners(tx, providerId, { ofModules: asked.accountOwners })
        : new Map<string, string>();
  return drawPrompts(rows, { ...asked, ...span }, { names, isCut: span.fromDay !== asked.fromDay });
}

const hours = Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"));

/** Pure. */
export function drawPrompts(
  found: readonly Prompts[],
  asked: Asked,
  { names, isCut }: { readonly names: ReadonlyMap<string, string>; readonly isCut: boolean },
): Report {
  const { by, language } = asked;
  const word = (name: ReportWord) => wordOf(name, language);
  const byKey = new Map(found.map((one) => [one.key, one]));
  const isTime = by === "hour" || by === "day";
  const ordered = isTime
    ? (by === "hour" ? hours : daysOf(asked)).map((key) => byKey.get(key) ?? { key, asked: 0, paid: 0, open: 0 })
    : found.toSorted((one, other) => other.asked - one.asked || (one.key < other.key ? -1 : 1));
  const shown = ordered.slice(0, rowsMax);
  const nameOf = (key: string) => (by === "hour" ? `${key}:00` : isTime ? key : (names.get(key) ?? word("unnamed")));
  /** Of those whose end is known. */
  const rate = (one: Omit<Prompts, "key">) =>
    one.asked === one.open ? null : Math.round((one.paid * 1000) / (one.asked - one.open));
  const rows = ordered.map((one) => [
    nameOf(one.key),
    one.asked,
    one.paid,
    one.asked - one.paid - one.open,
    one.open,
    rate(one),
  ]);
  // Of all, also of those that are not shown.
  const sums = totalOf(word("total"), rows);
  const [, all = 0, paid = 0, , open = 0] = sums;
  return {
    chart:
      found.length === 0
        ? null
        : {
            kind: isTime ? "bars" : "rows",
            unit: "permille",
            currency: null,
            labels: shown.map(({ key }) => (by === "day" ? key.slice(5) : nameOf(key))),
            series: [{ name: word("paidShare"), tone: "brand", values: shown.map(rate) }],
          },
    columns: [
      { head: word(by), unit: "text" },
      { head: word("promptsSent"), unit: "count" },
      { head: word("promptsPaid"), unit: "count" },
      { head: word("promptsFailed"), unit: "count" },
      { head: word("promptsOpen"), unit: "count" },
      { head: word("paidShare"), unit: "permille" },
    ],
    rows: rows.slice(0, rowsMax),
    total:
      found.length === 0
        ? null
        : [...sums.slice(0, 5), rate({ asked: Number(all), paid: Number(paid), open: Number(open) })],
    notes: [
      word("promptsNote"),
      ...(isCut ? [wordOf("daysRead", language, { days: daysRead })] : []),
      ...(rows.length > rowsMax ? [wordOf("more", language, { count: rowsMax })] : []),
    ],
  };
}
