/** How a page shows a report of the hub: days are named as on every other page, not as in files (`2026-11-29`). Pure. */
import type { Chart } from "@karibu/protocol/charts/draw-chart";
import type { Figure } from "@karibu/protocol/charts/figure-text";
import { day, monthName, shortDay, type Zone } from "../../strings/format.ts";

/** `29 Nov 2026`, `Nov 2026`; what is neither a day nor a month stays as it is. */
export function writtenDays(text: string, zone: Zone): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return day(text, zone);
  return /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text) ? monthName(text, zone) : text;
}

/** The days that a report covers. */
export function writtenSpan({ fromDay, untilDay }: { fromDay: string; untilDay: string }, zone: Zone): string {
  const from = day(fromDay, zone);
  return fromDay === untilDay ? from : `${from} – ${day(untilDay, zone)}`;
}

/** The labels of a chart over time, whose days have no year: `29 Nov`. */
export function withWrittenDays(chart: Chart, zone: Zone): Chart {
  const written = (label: string) =>
    // A year that has a 29th of February.
    /^\d\d-\d\d$/.test(label)
      ? shortDay(Date.parse(`2024-${label}T00:00:00Z`), { ...zone, utcOffsetMinutes: 0 })
      : writtenDays(label, zone);
  return { ...chart, labels: chart.labels.map(written) };
}

/** Who sells now and then would read a month of nothing on a phone: a row without a figure other than nought is left out of one's own sales. */
export const hasFigures = (cells: readonly Figure[]): boolean =>
  cells.some((cell) => typeof cell === "number" && cell !== 0);

/** An axis above which nothing stands says nothing. */
export const hasValues = ({ series }: Chart): boolean =>
  series.some(({ values }) => values.some((value) => value !== null && value !== 0));
