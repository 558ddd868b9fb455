/** What is likely to be sold in the next days, with the error of the method; and days that were not like others. */
import type { Tx } from "../../ground/db/database.ts";
import { type Forecast, forecast, type Unusual, unusualDays, weeksCompared } from "./forecast-policy.ts";
import { cashNotes, readSold, type SoldSum } from "./read-sales.ts";
import { type Asked, addDays, daysOf, type Report, totalOf } from "./report.ts";
import { type ReportWord, wordOf } from "./report-words.ts";

export const daysAhead = 28;
const daysLearned = 182;
/** Of what was, as much is shown before what may come. */
const daysShown = 28;

/** Sold each day up to yesterday, from the first day with a sale. */
async function readHistory(
  tx: Tx,
  asked: Asked,
  fromDay: string,
  untilDay: string,
): Promise<{ history: { day: string; cents: number }[]; sold: SoldSum[] }> {
  const sold = await readSold(tx, { ...asked, fromDay, untilDay }, "day");
  const found = new Map(sold.map(({ key, soldCents }) => [key, soldCents]));
  const days = daysOf({ fromDay, untilDay }).map((day) => ({ day, cents: found.get(day) ?? 0 }));
  const first = days.findIndex(({ day }) => found.has(day));
  return { history: first < 0 ? [] : days.slice(first), sold };
}

export async function readForecast(tx: Tx, asked: Asked): Promise<Report> {
  const yesterday = addDays(asked.today, -1);
  const { history, sold } = await readHistory(tx, asked, addDays(yesterday, 1 - daysLearned), yesterday);
  const told = forecast(
    history.map(({ cents }) => cents),
    daysAhead,
  );
  const report = drawForecast(history.slice(-daysShown), told, asked, history.length);
  return { ...report, notes: [...report.notes, ...cashNotes(sold, asked.language)] };
}

/** Pure. */
function drawForecast(
  history: readonly { readonly day: string; readonly cents: number }[],
  told: Forecast | null,
  { language, currency, today }: Asked,
  daysKnown: number,
): Report {
  const word = (name: ReportWord) => wordOf(name, language);
  const columns = [
    { head: word("day"), unit: "text" as const },
    { head: word("expected"), unit: "cents" as const },
    { head: word("lowest"), unit: "cents" as const },
    { head: word("highest"), unit: "cents" as const },
  ];
  if (told === null) {
    const notes = [wordOf("forecastShort", language, { days: daysKnown })];
    return { chart: null, columns, rows: [], total: null, notes };
  }
  const days = told.values.map((_, at) => addDays(today, at));
  // Cents would promise what no forecast knows.
  const whole = (cents: number | undefined) => Math.round((cents ?? 0) / 100) * 100;
  const rows = days.map((day, at) => [day, whole(told.values[at]), whole(told.low[at]), whole(told.high[at])]);
  const before = history.map(() => null);
  const error = told.errorPermille === null ? word("unknown") : `${told.errorPermille / 10} %`;
  return {
    chart: {
      kind: "lines",
      unit: "cents",
      currency,
      labels: [...history.map(({ day }) => day), ...days].map((day) => day.slice(5)),
      series: [
        {
          name: word("actual"),
          tone: "brand",
          values: [...history.map(({ cents }) => cents), ...days.map(() => null)],
        },
        { name: word("expected"), tone: "second", values: [...before, ...told.values] },
      ],
      band: { low: [...before, ...told.low], high: [...before, ...told.high] },
    },
    columns,
    rows,
    // Bounds of days are no bounds of their sum.
    total: totalOf(word("total"), rows).map((figure, at) => (at > 1 ? null : figure)),
    notes: [wordOf("forecastNote", language, { error, days: told.testDays, tests: told.tests })],
  };
}

export async function readUnusualDays(tx: Tx, asked: Asked): Promise<Report> {
  const yesterday = addDays(asked.today, -1);
  const untilDay = asked.untilDay < yesterday ? asked.untilDay : yesterday;
  if (untilDay < asked.fromDay) return drawUnusual([], [], asked);
  const { history } = await readHistory(tx, asked, addDays(asked.fromDay, -7 * weeksCompared), untilDay);
  const fromAt = history.findIndex(({ day }) => day >= asked.fromDay);
  const cents = history.map((each) => each.cents);
  const shown = fromAt < 0 ? [] : history.slice(fromAt);
  const found = fromAt < 0 ? [] : unusualDays(cents, fromAt);
  return drawUnusual(
    shown,
    found.map((one) => ({ ...one, at: one.at - fromAt })),
    asked,
  );
}

/** Pure. @param found by their place in `shown` */
function drawUnusual(
  shown: readonly { readonly day: string; readonly cents: number }[],
  found: readonly Unusual[],
  { language, currency }: Asked,
): Report {
  const word = (name: ReportWord) => wordOf(name, language);
  return {
    chart:
      shown.length === 0
        ? null
        : {
            kind: "bars",
            unit: "cents",
            currency,
            labels: shown.map(({ day }) => day.slice(5)),
            series: [{ name: word("sold"), tone: "brand", values: shown.map(({ cents }) => cents) }],
            marked: found.map(({ at }) => at),
          },
    columns: [
      { head: word("day"), unit: "text" },
      { head: word("sold"), unit: "cents" },
      { head: word("expected"), unit: "cents" },
      { head: word("difference"), unit: "cents" },
      { head: word("times"), unit: "permille" },
    ],
    rows: found.map(({ at, expected, value }) => [
      shown[at]?.day ?? "",
      value,
      Math.round(expected),
      Math.round(value - expected),
      expected === 0 ? null : Math.round((value * 1000) / expected),
    ]),
    total: null,
    notes: [wordOf("unusualNote", language, { count: found.length, days: shown.length })],
  };
}
