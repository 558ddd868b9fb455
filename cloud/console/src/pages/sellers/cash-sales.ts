import { displayName } from "@karibu/protocol/plan-name";
import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { type CashSale, listCashSales } from "../../data/money/sellers.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** Cash sales at the sites, also those made while the hub was offline. */
class CashSales extends appElement({
  sites: state<Names>(noNames),
}) {
  readonly #sales = new ListController<CashSale>(this, {
    read: async (query) => {
      this.sites = await readNames("sites", this.app.user);
      return listCashSales(query);
    },
    topics: ["payment", "grant"],
  });

  override render() {
    const { zone } = this.app;
    return listCard(this.#sales, {
      title: say("cashSales"),
      emptyText: say("noCashSales"),
      columns: [
        { label: say("time"), cell: (row) => dateTime(row.soldAtMs, zone) },
        { label: say("plan"), cell: (row) => displayName(row.planName) },
        { label: say("role_seller"), cell: (row) => row.sellerName ?? say("unnamedUser") },
        { label: say("site"), cell: (row) => this.sites.get(row.siteId) ?? say("site") },
        { label: say("code"), cell: (row) => html`<span class="mono">…${row.codeEnd}</span>` },
        {
          label: say("started"),
          cell: (row) => (row.startedAtMs === null ? say("notStarted") : dateTime(row.startedAtMs, zone)),
        },
        { label: say("account_commission"), numeric: true, cell: (row) => money(row.commissionCents, row.currency) },
        { label: say("amount"), numeric: true, lead: true, cell: (row) => money(row.priceCents, row.currency) },
      ],
    });
  }
}
customElements.define("cash-sales", CashSales);
