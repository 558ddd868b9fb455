import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { listRevenue, type ProviderMonth } from "../../data/reports/reports.ts";
import { money, monthName } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** The revenue of each provider, month by month. */
class RevenuePage extends appElement() {
  readonly #months = new ListController<ProviderMonth>(this, {
    read: listRevenue,
    topics: [],
  });

  override render() {
    return listPage(this.#months, {
      title: say("revenueByMonth"),
      intro: say("revenueAsSold"),
      emptyText: say("noRevenue"),
      columns: [
        { label: say("month"), cell: (row) => html`<strong>${monthName(row.month, this.app.zone)}</strong>` },
        { label: say("provider"), cell: (row) => row.providerName },
        { label: say("salesCounted"), numeric: true, cell: (row) => row.payments.toLocaleString("en") },
        { label: say("revenue"), numeric: true, lead: true, cell: (row) => money(row.takenCents, row.currency) },
      ],
    });
  }
}
customElements.define("revenue-page", RevenuePage);
