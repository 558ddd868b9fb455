import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { type Account, countFree, listAccounts } from "../../data/catalogue/accounts.ts";
import { type Names, readNames } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";
import { accountColumns } from "./account-columns.ts";
import "./customer-account-page.ts";

/** All log-ins of customers. They are made on the page of their customer. */
class AccountsPage extends appElement() {
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  /** Whoever gives service away is seen by everybody who looks here. */
  readonly #free = new ReadController<number>(this, { read: countFree, topics: ["customer"] });
  readonly #accounts = new ListController<Account, "siteId" | "service" | "billing">(this, {
    read: (query, filters) => listAccounts(query, filters),
    topics: ["customer"],
    filters: ["siteId", "service", "billing"],
    isCounted: true,
  });

  override render() {
    return listPage(this.#accounts, {
      title: say("accounts"),
      intro: say("accountsWhy"),
      above: this.#freeNotice(),
      emptyText: say("noAccounts"),
      emptyAction: this.may("customers.read")
        ? html`<a class="button primary" href="#/customers">${say("toCustomers")}</a>`
        : nothing,
      name: "accounts",
      search: say("searchAccount"),
      narrow: [
        siteFilter(this.#sites.value),
        {
          name: "service",
          label: say("service"),
          options: [
            { value: "", label: say("renewalsAll") },
            ...(["pppoe", "hotspot", "any"] as const).map((each) => ({ value: each, label: say(`service_${each}`) })),
          ],
        },
        {
          name: "billing",
          label: say("billing"),
          options: [
            { value: "", label: say("renewalsAll") },
            ...(["subscription", "free"] as const).map((each) => ({ value: each, label: say(`billing_${each}`) })),
          ],
        },
      ],
      rowHref: (row) => `#/accounts/${row.accountId}`,
      columns: accountColumns(this.app.zone),
    });
  }

  #freeNotice() {
    const count = this.#free.value ?? 0;
    if (count === 0) return nothing;
    const show = () => void this.#accounts.narrow({ billing: "free" });
    return html`<p class="row">
      <span>${say("freeAccounts", { count })}</span>
      <button class="quiet" @click=${show}>${say("showThem")}</button>
    </p>`;
  }
}
customElements.define("accounts-page", AccountsPage);
