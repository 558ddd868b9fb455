import { html } from "lit";
import { writeAddress } from "../../address.ts";
import { appElement } from "../../components/app-element.ts";
import { momentsOf } from "../../components/dates/periods.ts";
import { state } from "../../components/element-with.ts";
import "../../components/table/export-button.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter } from "../../components/table/list-filters.ts";
import { listCard, listFilters } from "../../components/table/list-page.ts";
import { type CashSale, cashSalesExport, listCashSales } from "../../data/money/cash-sales.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { dateTime, money, today, type Zone } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";

const startOf = ({ startedAtMs }: CashSale, zone: Zone) =>
  startedAtMs === null ? say("notStarted") : dateTime(startedAtMs, zone);

/** Cash sales at the sites, also those made while the hub was offline. */
class CashSales extends appElement({
  sites: state<Names>(noNames),
}) {
  readonly #sales = new ListController<CashSale, "siteId" | "from" | "to">(this, {
    read: async (query) => {
      this.sites = await readNames("sites", this.app.user);
      return listCashSales(query, this.#filters());
    },
    topics: ["payment", "grant"],
    isCounted: true,
  });

  #filters(): Parameters<typeof cashSalesExport>[0] {
    const { siteId = "", from = "", to = "" } = this.#sales.filters;
    return { siteId, ...momentsOf({ from, to }, this.app.zone.utcOffsetMinutes) };
  }

  override render() {
    const { zone } = this.app;
    return html`${listFilters(this.#sales, [siteFilter(this.sites), { days: zone }])}
    <p class="panel">
      <export-button path=${cashSalesExport(this.#filters())} file="cash-sales-${today(zone)}.csv" hasXlsx></export-button>
    </p>
    ${listCard(this.#sales, {
      title: say("cashSales"),
      emptyText: say("noCashSales"),
      sums: [
        ["amountCents", "sumSold"],
        ["commissionCents", "account_commission"],
      ],
      columns: [
        { label: say("time"), cell: (row) => dateTime(row.soldAtMs, zone) },
        { label: say("plan"), cell: (row) => planTitle(row.planName) },
        { label: say("role_seller"), cell: (row) => row.sellerName ?? say("unnamedUser") },
        { label: say("site"), cell: (row) => this.sites.get(row.siteId) ?? say("site") },
        {
          label: say("code"),
          cell: (row) =>
            html`<a class="mono" href=${writeAddress({ path: "cash-sales", id: row.id })}>…${row.codeEnd}</a>`,
        },
        {
          label: say("started"),
          cell: (row) => (row.disabledAtMs === null ? startOf(row, zone) : say("voucher_disabled")),
        },
        { label: say("account_commission"), numeric: true, cell: (row) => money(row.commissionCents, row.currency) },
        { label: say("amount"), numeric: true, lead: true, cell: (row) => money(row.priceCents, row.currency) },
      ],
    })}`;
  }
}
customElements.define("cash-sales", CashSales);
