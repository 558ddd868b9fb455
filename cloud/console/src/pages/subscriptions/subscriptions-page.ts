import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { siteFilter } from "../../components/table/list-filters.ts";
import { listPage } from "../../components/table/list-page.ts";
import { listSubscriptions, type Subscription } from "../../data/money/subscriptions.ts";
import { type Names, readNames } from "../../data/names.ts";
import { say } from "../../strings/strings.ts";
import { subscriptionColumns } from "./subscription-columns.ts";
import "./subscription-page.ts";

/** All subscriptions: lines, and packages that are bought anew. They are made on the page of their customer. */
class SubscriptionsPage extends appElement() {
  readonly #sites = new ReadController<Names>(this, { read: () => readNames("sites", this.app.user) });
  readonly #subscriptions = new ListController<Subscription, "kind" | "siteId" | "phone" | "show">(this, {
    read: (query, { kind, siteId, phone, show }) =>
      listSubscriptions(query, { kind, siteId, phone: phone || null, ended: show === "all" ? null : "false" }),
    topics: ["customer", "grant", "payment"],
    filters: ["kind", "siteId", "phone", "show"],
    isCounted: true,
  });

  override render() {
    return listPage(this.#subscriptions, {
      title: say("subscriptions"),
      intro: say("subscriptionsWhy"),
      emptyText: say("noSubscriptions"),
      emptyAction: this.may("customers.read")
        ? html`<a class="button primary" href="#/customers">${say("toCustomers")}</a>`
        : nothing,
      name: "subscriptions",
      search: say("searchSubscription"),
      narrow: [
        {
          name: "kind",
          label: say("subscriptionKind"),
          options: [
            { value: "", label: say("renewalsAll") },
            ...(["line", "package"] as const).map((each) => ({ value: each, label: say(`subscriptionKind_${each}`) })),
          ],
        },
        siteFilter(this.#sites.value),
        { name: "phone", label: say("phone"), placeholder: "07…", inputmode: "tel" },
        {
          name: "show",
          label: say("state"),
          options: [
            { value: "", label: say("renewalsActive") },
            { value: "all", label: say("renewalsAll") },
          ],
        },
      ],
      rowHref: (row) => `#/subscriptions/${row.subscriptionId}`,
      columns: subscriptionColumns(this.app.zone, true),
    });
  }
}
customElements.define("subscriptions-page", SubscriptionsPage);
