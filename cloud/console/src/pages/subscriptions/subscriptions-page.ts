import { appElement } from "../../components/app-element.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { listSubscriptions, type Subscription } from "../../data/money/subscriptions.ts";
import { say } from "../../strings/strings.ts";
import { subscriptionColumns } from "./subscription-columns.ts";
import "./subscription-page.ts";

/** All subscriptions. They are made on the page of their customer. */
class SubscriptionsPage extends appElement() {
  readonly #subscriptions = new ListController<Subscription, "show">(this, {
    read: (query, { show }) => listSubscriptions(query, { ended: show === "all" ? null : "false" }),
    topics: ["customer"],
    filters: ["show"],
    isCounted: true,
  });

  override render() {
    return listPage(this.#subscriptions, {
      title: say("subscriptions"),
      intro: say("subscriptionsWhy"),
      emptyText: say("noSubscriptions"),
      name: "subscriptions",
      search: say("searchSubscription"),
      narrow: [
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
