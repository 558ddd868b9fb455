import { displayName } from "@karibu/protocol/plan-name";
import { html } from "lit";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type CashSale, listCashSales } from "../../data/money/sellers.ts";
import { readNames } from "../../data/names.ts";
import type { Desk } from "../../desk.ts";
import { dateTime, money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** What was sold for cash at the sites, also while the hub was away. */
class CashSales extends elementWith({
  desk: property<Desk>(),
  sites: state<ReadonlyMap<string, string>>(new Map()),
}) {
  readonly #sales = new ListController<CashSale>(this, {
    read: async (cursor) => {
      this.sites = await readNames("sites", this.desk.user);
      return listCashSales(cursor);
    },
    topics: ["payment", "grant"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const { zone } = this.desk;
    return listCard(this.#sales, {
      caption: say("cashSales"),
      emptyText: say("noCashSales"),
      columns: [
        { label: say("time"), cell: (row) => dateTime(row.soldAtMs, zone) },
        { label: say("plan"), cell: (row) => displayName(row.planName) },
        { label: say("role_seller"), cell: (row) => row.sellerName ?? say("aPerson") },
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
