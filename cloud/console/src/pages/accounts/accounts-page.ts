import { appElement } from "../../components/app-element.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { type Account, listAccounts } from "../../data/catalogue/accounts.ts";
import { type Names, readNames } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";
import { accountColumns } from "./account-columns.ts";
import "./customer-account-page.ts";

/** All log-ins of customers. They are made on the page of their customer. */
class AccountsPage extends appElement() {
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #accounts = new ListController<Account, "siteId" | "service">(this, {
    read: (query, filters) => listAccounts(query, filters),
    topics: ["customer"],
    filters: ["siteId", "service"],
    isCounted: true,
  });

  override render() {
    return listPage(this.#accounts, {
      title: say("accounts"),
      intro: say("accountsWhy"),
      emptyText: say("noAccounts"),
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
      ],
      rowHref: (row) => `#/accounts/${row.accountId}`,
      columns: accountColumns(this.app.zone),
    });
  }
}
customElements.define("accounts-page", AccountsPage);
