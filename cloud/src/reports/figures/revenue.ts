/** Revenue by day, month, plan, site, channel or seller. */
import { displayName } from "@karibu/protocol/plan-name";
import { allPlanNames } from "../../catalogue/plans/plans.ts";
import { allSiteNames } from "../../fleet/sites/site-names.ts";
import type { Tx } from "../../ground/db/database.ts";
import { readOwners } from "../../money/ledger/names-in-books.ts";
import { channelsWithoutName } from "../roll-ups/sold-entries.ts";
import { readSold, type SoldSum } from "./read-sales.ts";
import { type Asked, daysOf, monthsOf, type Report, type SalesWay, salesWayOf, totalOf } from "./report.ts";
import { type ReportWord, wordOf } from "./report-words.ts";

/** What belongs to none. */
const nameless = { plan: "noPlan", site: "noSite", channel: "noChannel", seller: "noSeller" } as const;

const rowsMax = 500;

export async function readRevenue(tx: Tx, asked: Asked): Promise<Report> {
  const sums = await readSold(tx, asked, salesWayOf(asked.by));
  const names = await readNames(tx, asked);
  return drawRevenue(sums, asked, names);
}

/** Pure. @param names of plans, sites, channels or people, by identifier */
function drawRevenue(sums: readonly SoldSum[], asked: Asked, names: ReadonlyMap<string, string>): Report {
  const { language, currency } = asked;
  const by = salesWayOf(asked.by);
  const word = (name: ReportWord) => wordOf(name, language);
  const isTime = by === "day" || by === "month";
  const ordered = isTime
    ? inTime(sums, by === "day" ? daysOf(asked) : monthsOf(asked))
    : sums
        .filter(isAnything)
        .toSorted((one, other) => other.soldCents - one.soldCents || (one.key < other.key ? -1 : 1));
  const nameOf = (key: string) => (isTime ? key : nameOfThing(key, by, names, word));
  const rows = ordered
    .slice(0, rowsMax)
    .map((one) => [
      nameOf(one.key),
      one.sales,
      one.soldCents,
      one.refundedCents,
      one.soldCents - one.refundedCents,
      one.cashCents,
    ]);
  const all = ordered.map((one) => [
    "",
    one.sales,
    one.soldCents,
    one.refundedCents,
    one.soldCents - one.refundedCents,
    one.cashCents,
  ]);
  return {
    chart: {
      kind: isTime ? "bars" : "rows",
      unit: "cents",
      currency,
      labels: rows.map(([name]) => (by === "day" ? String(name).slice(5) : String(name))),
      series: [
        { name: word("sold"), tone: "brand", values: ordered.slice(0, rowsMax).map(({ soldCents }) => soldCents) },
      ],
    },
    columns: [
      { head: word(by), unit: "text" },
      { head: word("sales"), unit: "count" },
      { head: word("sold"), unit: "cents" },
      { head: word("refunded"), unit: "cents" },
      { head: word("left"), unit: "cents" },
      { head: word("ofItCash"), unit: "cents" },
    ],
    rows,
    total: rows.length === 0 ? null : totalOf(word("total"), all),
    notes: [
      word("asInBooks"),
      word("cashNote"),
      ...(asked.untilDay >= asked.today ? [word("todayRuns")] : []),
      ...(ordered.length > rowsMax ? [wordOf("more", language, { count: rowsMax })] : []),
    ],
  };
}

/** Where all that was sold without a plan is a plan's (what lines are charged), nothing is left there. */
const isAnything = ({ soldCents, refundedCents, sales, refunds, cashCents }: SoldSum): boolean =>
  [soldCents, refundedCents, sales, refunds, cashCents].some((figure) => figure !== 0);

/** A day without a sale is a day too. */
function inTime(sums: readonly SoldSum[], times: readonly string[]): SoldSum[] {
  const found = new Map(sums.map((one) => [one.key, one]));
  return times.map(
    (key) => found.get(key) ?? { key, soldCents: 0, refundedCents: 0, sales: 0, refunds: 0, cashCents: 0 },
  );
}

function nameOfThing(
  key: string,
  by: SalesWay,
  names: ReadonlyMap<string, string>,
  word: (name: ReportWord) => string,
): string {
  if (key === "") return by === "day" || by === "month" ? "" : word(nameless[by]);
  const own = channelsWithoutName.find((one) => one === key);
  if (by === "channel" && own !== undefined) return word(own);
  return names.get(key) ?? word("unnamed");
}

async function readNames(
  tx: Tx,
  { providerId, by, language, accountOwners: ofModules }: Asked,
): Promise<ReadonlyMap<string, string>> {
  if (by === "day" || by === "month") return new Map();
  if (by === "channel" || by === "seller") return readOwners(tx, providerId, { ofModules });
  if (by === "site") return allSiteNames(tx, providerId);
  const names = await allPlanNames(tx, providerId);
  return new Map([...names].map(([planId, name]) => [planId, displayName(name, language)]));
}
