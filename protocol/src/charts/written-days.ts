/** How a page and a paper name the days of a report; its rows and its file for spreadsheets have them as `2026-11-29`. Pure. */
import { type DayLanguage, dayAndMonth, writtenDay, writtenMonth, writtenTime } from "../written-day.ts";
import type { Chart } from "./draw-chart.ts";

/** `29 Nov 2026`, `Nov 2026`; what is neither a day nor a month stays as it is. */
export function writtenDays(text: string, language: DayLanguage): string {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return writtenDay(text, language);
  return /^\d{4}-(?:0[1-9]|1[0-2])$/.test(text) ? writtenMonth(text, language) : text;
}

/** The labels of a chart over time, whose days have no year: `29 Nov`. Those of other charts are names, and stay. */
export function withWrittenDays(chart: Chart, by: string, language: DayLanguage): Chart {
  if (by !== "day" && by !== "month") return chart;
  const written = (label: string) =>
    // A year that has a 29th of February.
    /^\d\d-\d\d$/.test(label)
      ? writtenTime(Date.parse(`2024-${label}T00:00:00Z`), language, dayAndMonth)
      : writtenDays(label, language);
  return { ...chart, labels: chart.labels.map(written) };
}
