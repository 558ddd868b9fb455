import { html, type TemplateResult } from "lit";
import type { Analytics } from "../../data/reports/reports.ts";
import { money, shortDay, today, type Zone } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "./bar-chart.ts";

/** The revenue of the last days, a bar for each day; the last bar is today. `span`: of other days, as people read them. */
export function revenueChart({ days, currency }: Analytics, zone: Zone, span: string | null = null): TemplateResult {
  const format = (cents: number) => money(cents, currency);
  const todayMs = Date.parse(today(zone)) - zone.utcOffsetMinutes * 60_000;
  const totalCents = days.reduce((sum, each) => sum + each.takenCents, 0);
  const amount = format(totalCents);
  const title =
    span === null ? say("revenueByDay", { count: days.length, amount }) : say("revenueOfDays", { days: span, amount });
  return html`<section class="card pad panel">
    <h2 class="panel">${title}</h2>
    <p class="soft panel">${say("soldByDayWhy")}</p>
    <bar-chart
      .values=${days.map((each) => each.takenCents)}
      .labels=${days.map((each) => shortDay(each.fromMs, zone))}
      .now=${days.findIndex(({ fromMs }) => fromMs === todayMs)}
      .format=${format}
      caption=${title}
    ></bar-chart>
  </section>`;
}
