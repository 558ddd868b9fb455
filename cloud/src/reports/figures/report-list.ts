/** Which reports there are. A new one is a row here, a file beside it, and its name in `report.ts`. */
import type { ReportName } from "@karibu/protocol/report-names";
import { writtenSpan } from "@karibu/protocol/written-day";
import type { Tx } from "../../ground/db/database.ts";
import type { Permission } from "../../ground/http/permissions.ts";
import { wrongField } from "../../ground/http/problem.ts";
import type { FileLanguage } from "../../ground/lists/export-words.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { rebuildPercent } from "../roll-ups/rebuild.ts";
import { readActiveUsers } from "./active-users.ts";
import { readAtRisk } from "./at-risk.ts";
import { readCapacity } from "./capacity.ts";
import { daysAhead, readForecast, readUnusualDays } from "./forecast.ts";
import { readLines } from "./lines.ts";
import { readLogIns } from "./log-ins.ts";
import { readPrompts } from "./prompts.ts";
import { readReceivables } from "./receivables.ts";
import { type Asked, addDays, addMonths, type ReadReport, type Report, type ReportWay } from "./report.ts";
import { wordOf } from "./report-words.ts";
import { readRetention } from "./retention.ts";
import { readRevenue } from "./revenue.ts";
import { readTax } from "./tax.ts";
import { readTraffic } from "./traffic.ts";

interface ReportKind {
  /** Beside `reports.read`: whoever may not read this elsewhere may not read it here. */
  readonly needs?: Permission;
  /** What its rows may stand for, the usual one first. */
  readonly ways: readonly [ReportWay, ...ReportWay[]];
  /** When no days were asked for: so many, up to today. */
  readonly usualDays: number;
  /** It is about so many days from today on, whatever days were asked for. */
  readonly ahead?: number;
  readonly read: ReadReport;
}

export const reportKinds: Readonly<Record<ReportName, ReportKind>> = {
  revenue: { ways: ["day", "month", "plan", "site", "channel", "seller"], usualDays: 30, read: readRevenue },
  "log-ins": { ways: ["day", "month", "site"], usualDays: 30, read: readLogIns },
  traffic: { ways: ["day", "month", "site"], usualDays: 30, read: readTraffic },
  "active-users": { ways: ["day", "month"], usualDays: 30, read: readActiveUsers },
  retention: { ways: ["month"], usualDays: 365, read: readRetention },
  "at-risk": { ways: ["day"], usualDays: 1, ahead: 1, needs: "customers.read", read: readAtRisk },
  forecast: { ways: ["day"], usualDays: 28, ahead: daysAhead, read: readForecast },
  "unusual-days": { ways: ["day"], usualDays: 90, read: readUnusualDays },
  capacity: { ways: ["site"], usualDays: 90, read: readCapacity },
  tax: { ways: ["month"], usualDays: 365, needs: "ledger.read", read: readTax },
  receivables: { ways: ["age", "customer"], usualDays: 1, ahead: 1, needs: "ledger.read", read: readReceivables },
  lines: { ways: ["month"], usualDays: 365, needs: "subscriptions.read", read: readLines },
  prompts: { ways: ["channel", "site", "hour", "day"], usualDays: 30, needs: "payments.read", read: readPrompts },
};

/** Three years, and the days of the months that they begin and end in. */
const daysMax = 1_160;

export interface Wish {
  readonly report: ReportName;
  readonly by?: ReportWay | undefined;
  readonly fromDay?: string | undefined;
  readonly untilDay?: string | undefined;
  readonly currency?: string | undefined;
  readonly language?: FileLanguage | undefined;
}

export interface Told extends Report {
  readonly report: ReportName;
  readonly title: string;
  readonly ways: readonly ReportWay[];
  /** Whether one chooses the days. */
  readonly hasDays: boolean;
  readonly asked: Asked;
}

/** The days that a report tells of, as people read them. Pure. */
export const textOfDays = ({ asked: { fromDay, untilDay, language } }: Pick<Told, "asked">): string =>
  writtenSpan(fromDay, untilDay, language);

/** The days that all of these tell of; null: not all of the same. Pure. */
export function sameDays(reports: readonly Pick<Told, "asked">[]): string | null {
  const [days = null, ...others] = new Set(reports.map(textOfDays));
  return others.length === 0 ? days : null;
}

/** A report as it was wished for; what was left out is the usual. Throws a Problem 400 where the days are no span, or too long a one. */
export async function readReport(
  tx: Tx,
  { providerId, nowMs, sellerId, accountOwners }: Pick<Asked, "providerId" | "nowMs" | "sellerId" | "accountOwners">,
  wish: Wish,
): Promise<Told> {
  const provider = await readProviderRow(tx, providerId);
  const { ways, usualDays, ahead, read } = reportKinds[wish.report];
  const language = wish.language ?? (provider.locale === "sw" ? "sw" : "en");
  const today = new Date(nowMs + provider.utcOffsetMinutes * 60_000).toISOString().slice(0, 10);
  const untilDay = ahead === undefined ? (wish.untilDay ?? today) : addDays(today, ahead - 1);
  const wished: Asked = {
    providerId,
    language,
    currency: wish.currency ?? provider.currency,
    fromDay: ahead === undefined ? (wish.fromDay ?? addDays(untilDay, 1 - usualDays)) : today,
    untilDay,
    by: ways.find((way) => way === wish.by) ?? ways[0],
    sellerId,
    today,
    nowMs,
    offsetMinutes: provider.utcOffsetMinutes,
    accountOwners,
  };
  refuseSpan(wished);
  const asked = wished.by === "month" ? inWholeMonths(wished) : wished;
  const report = await read(tx, asked);
  const percent = await rebuildPercent(tx, providerId, today);
  return {
    ...report,
    notes: percent === null ? report.notes : [...report.notes, wordOf("counting", language, { percent })],
    report: wish.report,
    title: wordOf(wish.report, language),
    ways,
    hasDays: ahead === undefined,
    asked,
  };
}

/** A row that is named after a month tells of all its days, up to today. Pure. */
function inWholeMonths(asked: Asked): Asked {
  const { fromDay, untilDay, today } = asked;
  const lastDay = addDays(`${addMonths(untilDay.slice(0, 7), 1)}-01`, -1);
  const soFar = untilDay > today ? untilDay : today;
  return { ...asked, fromDay: `${fromDay.slice(0, 7)}-01`, untilDay: lastDay < soFar ? lastDay : soFar };
}

/** Of the days as they are asked for, whether said or usual: one day alone, long ago, would be a span of centuries. */
function refuseSpan({ fromDay, untilDay }: Asked): void {
  const field = "untilDay";
  if (fromDay > untilDay) throw wrongField(field, "ends-first");
  if (addDays(fromDay, daysMax) <= untilDay) throw wrongField(field, "days-at-most", daysMax);
}
