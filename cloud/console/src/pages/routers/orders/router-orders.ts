import { html, nothing } from "lit";
import { appElement } from "../../../components/app-element.ts";
import { property } from "../../../components/element-with.ts";
import { PageActions } from "../../../components/page-actions.ts";
import { ListController } from "../../../components/table/list-controller.ts";
import { stateFilter } from "../../../components/table/list-filters.ts";
import { listCard, listFilters } from "../../../components/table/list-page.ts";
import { cancelOrder, listOrders, type Order } from "../../../data/fleet/routers.ts";
import { dateTime } from "../../../strings/format.ts";
import { say } from "../../../strings/strings.ts";
import { actionWords } from "./action-words.ts";
import { orderBadge, orderWhy } from "./order-badge.ts";

const states = ["waiting", "sent", "done", "differs", "refused", "undone", "expired", "unknown", "cancelled"];

/** What was ordered at a router: what waits, in which place and until when, and what came of the rest. */
class RouterOrders extends appElement({ siteId: property("") }) {
  readonly #actions = new PageActions(this, () => this.#orders.reload());
  readonly #orders = new ListController<Order, "state">(this, {
    read: (query, filters) => listOrders(this.siteId, query, filters),
    topics: ["router"],
    isCounted: true,
  });

  override render() {
    return html`<h2 class="between">${say("orders")}</h2>
      <p class="soft panel">${say("ordersNote")}</p>
      ${listFilters(this.#orders, [stateFilter("orderState", states)])}
      ${listCard(this.#orders, {
        title: say("orders"),
        emptyText: say("noOrders"),
        columns: [
          {
            label: say("what"),
            cell: (row) => html`<strong>${actionWords({ ...row.action, kind: row.kind })}</strong>`,
          },
          { label: say("state"), sort: "state", cell: (row) => html`${orderBadge(row)} ${orderWhy(row)}` },
          { label: say("orderedBy"), cell: (row) => row.orderedBy },
          { label: say("time"), sort: "ordered", cell: (row) => dateTime(row.orderedAtMs, this.app.zone) },
          {
            label: say("expires"),
            cell: (row) => (row.place === null ? say("none") : dateTime(row.expiresAtMs, this.app.zone)),
          },
        ],
        buttons: (row) => this.#buttons(row),
      })}`;
  }

  #buttons({ state, orderId, kind }: Order) {
    if (state !== "waiting" || !this.may(permissionOf(kind))) return nothing;
    return html`<button
      class="quiet"
      @click=${() =>
        this.#actions.run(
          `cancel ${orderId}`,
          () => cancelOrder(this.siteId, orderId),
          () => say("orderState_cancelled"),
        )}
    >
      ${say("cancelOrder")}
    </button>`;
  }
}
customElements.define("router-orders", RouterOrders);

/** As the hub decides it; a button that it would refuse is not shown. */
function permissionOf(kind: string): string {
  if (kind === "reboot") return "routers.restart";
  return ["set-identity", "set-interface", "switch-service"].includes(kind) ? "routers.network" : "routers.manage";
}
