/** What was sold today, against the same weekday of last week: of a provider on Home, of a site on its page. */
import { html, type TemplateResult } from "lit";
import "../../components/charts/bar-chart.ts";
import type { Difference } from "../../components/tiles.ts";
import { money, weekday, type Zone } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { changePercent, differenceOf, wordsOfChange } from "./waiting-work.ts";

const hourMs = 3_600_000;
const hours = Array.from({ length: 24 }, (_, hour) => `${String(hour).padStart(2, "0")}:00`);

interface Today {
  readonly nowMs: number;
  /** Midnight in the provider's time zone. */
  readonly fromMs: number;
  readonly currency: string;
}

/** Against next to nothing a share tells nothing. */
const percentMax = 999;

/** Null: nothing was sold at that time last week. */
export function salesDifference(
  { todayCents, lastWeekCents }: { readonly todayCents: number; readonly lastWeekCents: number },
  { fromMs, currency }: Today,
  zone: Zone,
): Difference | null {
  const percent = changePercent(todayCents, lastWeekCents);
  if (percent === null) return null;
  const day = weekday(fromMs, zone);
  const text =
    percent > percentMax
      ? say("amountMoreThanLastWeek", { amount: money(todayCents - lastWeekCents, currency), day })
      : say(wordsOfChange(percent, "moreThanLastWeek", "lessThanLastWeek"), { percent: Math.abs(percent), day });
  return { ...differenceOf(percent, true), text };
}

/** The bars of its 24 hours. */
export function salesBars(
  sales: { readonly byHourCents: readonly number[]; readonly lastWeekByHourCents: readonly number[] },
  { nowMs, fromMs, currency }: Today,
  zone: Zone,
): TemplateResult {
  return html`<bar-chart
    .values=${sales.byHourCents}
    .before=${sales.lastWeekByHourCents}
    valuesText=${word("period", "today")}
    beforeText=${say("lastWeekday", { day: weekday(fromMs, zone) })}
    .labels=${hours}
    .now=${Math.floor((nowMs - fromMs) / hourMs)}
    .format=${(value: number) => money(value, currency)}
    caption=${say("salesByHour")}
  ></bar-chart>`;
}
