import { writtenSpan } from "@karibu/protocol/written-day";
import { html, nothing, type PropertyValues } from "lit";
import { appElement } from "../../components/app-element.ts";
import { revenueChart } from "../../components/charts/revenue-chart.ts";
import { type ChartDays, chartDays } from "../../components/dates/periods.ts";
import { property } from "../../components/element-with.ts";
import { ReadController } from "../../components/read-controller.ts";
import { readCurrencies } from "../../data/catalogue/plans.ts";
import { type Analytics, analyticsPath } from "../../data/reports/reports.ts";
import { get } from "../../hub/api.ts";
import { today } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** The revenue of each day of a period: a chart for each currency, for sums of two currencies are no sum. */
class RevenueCard extends appElement({
  /** Both empty: of the last days. */
  from: property(""),
  to: property(""),
}) {
  readonly #analytics = new ReadController<readonly Analytics[]>(this, {
    read: async () => {
      const days = this.#days();
      if (days === null) return [];
      const path = (currency?: string) => analyticsPath(days.count, currency, days.to);
      // Who may not read plans sees the provider's own currency.
      const [, ...others] = await readCurrencies().catch(() => []);
      const [own, ...found] = await Promise.all([undefined, ...others].map((currency) => get(path(currency))));
      const sold = found.filter((each) => each.days.some(({ takenCents }) => takenCents !== 0));
      return own === undefined ? [] : [own, ...sold];
    },
    topics: ["payment"],
  });
  #shown = "";

  override willUpdate(changed: PropertyValues) {
    super.willUpdate(changed);
    const shown = `${this.from} ${this.to}`;
    if (this.#shown !== "" && this.#shown !== shown) {
      this.#analytics.value = null; // other days must not stand there as these
      void this.#analytics.reload();
    }
    this.#shown = shown;
  }

  #days(): ChartDays | null {
    return chartDays(this, today(this.app.zone));
  }

  override render() {
    const { zone } = this.app;
    const days = this.#days();
    const isChosen = this.from !== "" || this.to !== "";
    const span = days !== null && isChosen ? writtenSpan(days.from, days.to, zone.locale) : null;
    return this.#analytics.render(
      (each) => html`${each.map((analytics) => revenueChart(analytics, zone, span))}${givenFree(each[0])}`,
    );
  }
}

/** The same for each currency: nobody paid for these. */
function givenFree(analytics: Analytics | undefined) {
  const sum = (of: (day: Analytics["days"][number]) => number) =>
    (analytics?.days ?? []).reduce((total, day) => total + of(day), 0);
  const [trials, windows] = [sum((day) => day.trials), sum((day) => day.payWindows)];
  return trials + windows === 0
    ? nothing
    : html`<p class="soft">${say("givenFree", { count: analytics?.days.length ?? 0, trials, windows })}</p>`;
}
customElements.define("revenue-card", RevenueCard);
