import { html, type TemplateResult } from "lit";
import "../components/charts/bar-chart.ts";
import "../components/charts/time-series.ts";
import { money, type Zone } from "../strings/format.ts";
import { say } from "../strings/strings.ts";
import { sampleMs } from "./samples.ts";

/** A curve of ten thousand points with a gap, one that loads, one without a point; bars, and none. */
export function galleryCharts(zone: Zone): TemplateResult[] {
  const many = Array.from({ length: 10_000 }, (_, at) => ({
    atMs: sampleMs - (10_000 - at) * 60_000,
    value: at > 4_000 && at < 4_400 ? null : Math.round(50 + 40 * Math.sin(at / 700) + 10 * Math.sin(at / 37)),
  }));
  const cents = (value: number) => money(value, "KES");
  const bars = (values: readonly number[]) => html`<div class="card pad panel">
    <bar-chart
      caption=${say("payments")}
      .values=${values}
      .labels=${values.map((_, at) => `${at}:00`)}
      .now=${values.length - 1}
      .format=${cents}
    ></bar-chart>
  </div>`;
  return [
    ...[many, null, []].map(
      (points) => html`<div class="card pad panel">
        <time-series caption=${say("onlineNow")} .points=${points} .zone=${zone}></time-series>
      </div>`,
    ),
    bars(Array.from({ length: 24 }, (_, at) => (at * 7_919) % 50_000)),
    bars([]),
  ];
}
