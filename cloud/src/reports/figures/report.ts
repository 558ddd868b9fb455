/** What every report is, whatever it tells: a picture, a table, and sentences about them. One shape for page, CSV, PDF and letter. */
import type { Chart } from "@karibu/protocol/charts/draw-chart";
import { type Figure, type FigureUnit, figureUnits } from "@karibu/protocol/charts/figure-text";
import { reportNames } from "@karibu/protocol/report-names";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { FileLanguage } from "../../ground/lists/export-words.ts";
import type { AccountOwners } from "../../money/ledger/names-in-books.ts";

/** What a row stands for. */
const salesWays = ["day", "month", "plan", "site", "channel", "seller"] as const;
/** What the roll-ups of sales count by. */
export type SalesWay = (typeof salesWays)[number];
export const reportWays = [...salesWays, "hour", "age", "customer"] as const;
export type ReportWay = (typeof reportWays)[number];

/** @throws Error where the list of reports lets a way of other reports through */
export function salesWayOf(by: ReportWay): SalesWay {
  const found = salesWays.find((way) => way === by);
  if (found === undefined) throw new Error(`sales are not counted by ${by}`);
  return found;
}

export interface Asked {
  readonly providerId: string;
  readonly language: FileLanguage;
  readonly currency: string;
  /** Days of the provider's zone, both included. */
  readonly fromDay: string;
  readonly untilDay: string;
  readonly by: ReportWay;
  /** What this person sold, and nothing else. Null: all. */
  readonly sellerId: string | null;
  readonly today: string;
  readonly nowMs: number;
  readonly offsetMinutes: number;
  /** Of modules: whose accounts they keep in the books. */
  readonly accountOwners: readonly AccountOwners[];
}

export interface ReportColumn {
  readonly head: string;
  readonly unit: FigureUnit;
}

export interface Report {
  /** Null: there is nothing to draw. */
  readonly chart: Chart | null;
  readonly columns: readonly ReportColumn[];
  readonly rows: readonly (readonly Figure[])[];
  /** One for each column. Null: these rows have no sum. */
  readonly total: readonly Figure[] | null;
  /** Where each row leads in the console: `customers/123`. Left out: nowhere. */
  readonly links?: readonly (string | null)[];
  /** What a reader must know of the figures. */
  readonly notes: readonly string[];
}

export type ReadReport = (tx: Tx, asked: Asked) => Promise<Report>;

const figure = z.union([z.number(), z.string(), z.null()]);
const known = z.array(z.number().nullable());
const chartView = z.object({
  kind: z.enum(["bars", "lines", "rows"]),
  unit: z.enum(figureUnits),
  currency: z.string().nullable(),
  labels: z.array(z.string()),
  series: z.array(z.object({ name: z.string(), tone: z.enum(["brand", "second", "soft", "warn"]), values: known })),
  band: z.object({ low: known, high: known }).optional(),
  marked: z.array(z.int()).optional(),
  limit: z.number().optional(),
});

export const reportView = z.object({
  report: z.enum(reportNames),
  title: z.string(),
  by: z.enum(reportWays),
  /** What rows of this report may stand for. */
  ways: z.array(z.enum(reportWays)),
  /** Whether one chooses the days. */
  hasDays: z.boolean(),
  fromDay: z.string(),
  untilDay: z.string(),
  /** Of its amounts. */
  currency: z.string(),
  chart: chartView.nullable(),
  columns: z.array(z.object({ head: z.string(), unit: z.enum(figureUnits) })),
  rows: z.array(z.array(figure)),
  total: z.array(figure).nullable(),
  /** Where each row leads in the console. */
  links: z.array(z.string().nullable()),
  notes: z.array(z.string()),
});

/** All days of a span, in order. */
export function daysOf({ fromDay, untilDay }: Pick<Asked, "fromDay" | "untilDay">): string[] {
  const days: string[] = [];
  for (let day = fromDay; day <= untilDay; day = addDays(day, 1)) days.push(day);
  return days;
}

export function monthsOf({ fromDay, untilDay }: Pick<Asked, "fromDay" | "untilDay">): string[] {
  const months: string[] = [];
  for (let month = fromDay.slice(0, 7); month <= untilDay.slice(0, 7); month = addMonths(month, 1)) months.push(month);
  return months;
}

export const addDays = (day: string, days: number): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);

export function addMonths(month: string, months: number): string {
  const [year = 0, number = 1] = month.split("-").map(Number);
  return new Date(Date.UTC(year, number - 1 + months, 1)).toISOString().slice(0, 7);
}

/** The first column's texts stay as they are; numbers are added up, and what is not known counts as nothing. */
export function totalOf(word: string, rows: readonly (readonly Figure[])[]): Figure[] {
  const [first] = rows;
  if (first === undefined) return [];
  return first.map((_, at) =>
    at === 0 ? word : rows.reduce((sum, row) => sum + (typeof row[at] === "number" ? (row[at] as number) : 0), 0),
  );
}
