import { html } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { listRevenue, type ProviderMonth } from "../../data/reports/reports.ts";
import type { Desk } from "../../desk.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** What each provider sold, month by month. */
class RevenueCard extends elementWith({
  desk: property<Desk>(),
}) {
  readonly #months = new ListController<ProviderMonth>(this, {
    read: listRevenue,
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    return html`<h2 class="between">${say("revenueByMonth")}</h2>
      ${listCard(this.#months, {
        caption: say("revenueByMonth"),
        emptyText: say("noRevenue"),
        columns: [
          { label: say("month"), cell: (row) => html`<strong>${row.month}</strong>` },
          { label: say("provider"), cell: (row) => row.providerName },
          { label: say("payments"), numeric: true, cell: (row) => row.payments.toLocaleString("en") },
          { label: say("taken"), numeric: true, lead: true, cell: (row) => money(row.takenCents, row.currency) },
        ],
      })}`;
  }
}
customElements.define("revenue-card", RevenueCard);
