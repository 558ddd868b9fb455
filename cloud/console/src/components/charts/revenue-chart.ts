import { html, type TemplateResult } from "lit";
import type { Analytics } from "../../data/reports/reports.ts";
import { money, shortDay, type Zone } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "./bar-chart.ts";

/** The revenue of the last days, a bar for each day; the last bar is today. */
export function revenueChart({ days, currency }: Analytics, zone: Zone): TemplateResult {
  const format = (cents: number) => money(cents, currency);
  const totalCents = days.reduce((sum, each) => sum + each.takenCents, 0);
  const title = say("revenueByDay", { count: days.length, amount: format(totalCents) });
  return html`<section class="card pad panel">
    <h2 class="panel">${title}</h2>
    <p class="soft panel">${say("soldByDayWhy")}</p>
    <bar-chart
      .values=${days.map((each) => each.takenCents)}
      .labels=${days.map((each) => shortDay(each.fromMs, zone))}
      .now=${days.length - 1}
      .format=${format}
      caption=${title}
    ></bar-chart>
  </section>`;
}
