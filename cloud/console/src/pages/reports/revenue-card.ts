import { appElement } from "../../components/app-element.ts";
import { revenueChart } from "../../components/charts/revenue-chart.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type Analytics, analyticsPath } from "../../data/reports/reports.ts";

const days = 30;

/** The revenue of each of the last thirty days. */
class RevenueCard extends appElement() {
  readonly #analytics = new ReadController<Analytics>(this, { path: () => analyticsPath(days), topics: ["payment"] });

  override render() {
    return this.#analytics.render((analytics) => revenueChart(analytics, this.app.zone));
  }
}
customElements.define("revenue-card", RevenueCard);
