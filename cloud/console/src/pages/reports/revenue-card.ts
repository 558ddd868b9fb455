import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { revenueChart } from "../../components/charts/revenue-chart.ts";
import { ReadController } from "../../components/read-controller.ts";
import { readCurrencies } from "../../data/catalogue/plans.ts";
import { type Analytics, analyticsPath } from "../../data/reports/reports.ts";
import { get } from "../../hub/api.ts";
import { say } from "../../strings/strings.ts";

const days = 30;

/** The revenue of each of the last thirty days: a chart for each currency, for sums of two currencies are no sum. */
class RevenueCard extends appElement() {
  readonly #analytics = new ReadController<readonly Analytics[]>(this, {
    read: async () => {
      // Who may not read plans sees the provider's own currency.
      const [, ...others] = await readCurrencies().catch(() => []);
      const [own, ...found] = await Promise.all(
        [undefined, ...others].map((currency) => get(analyticsPath(days, currency))),
      );
      const sold = found.filter((each) => each.days.some(({ takenCents }) => takenCents !== 0));
      return own === undefined ? [] : [own, ...sold];
    },
    topics: ["payment"],
  });

  override render() {
    return this.#analytics.render(
      (each) => html`${each.map((analytics) => revenueChart(analytics, this.app.zone))}${givenFree(each[0])}`,
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
    : html`<p class="soft">${say("givenFree", { count: days, trials, windows })}</p>`;
}
customElements.define("revenue-card", RevenueCard);
