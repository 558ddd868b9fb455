import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { type GardenAddress, type GardenHost, orderAtRouter } from "../../data/fleet/routers.ts";
import { say } from "../../strings/strings.ts";
import { order } from "./orders/order.ts";
import { routerList } from "./router-list.ts";

/** What guests reach before they log in. */
class RouterGarden extends appElement({ siteId: property("") }) {
  readonly #actions = new PageActions(this);
  readonly #ordered = () => this.#actions.notify(say("orderTaken"));

  override render() {
    const mayChange = this.may("routers.manage");
    return html`${routerList<GardenHost>(this, {
      list: "walled-garden",
      title: say("gardenHosts"),
      note: say("gardenHostsNote"),
      emptyText: say("noGardenHosts"),
      add: mayChange && {
        text: say("addGardenHost"),
        fields: [
          { name: "host", label: say("hostPattern"), required: true, hint: say("hostPatternHint") },
          {
            name: "action",
            label: say("bindingType"),
            type: "select",
            value: "allow",
            options: [
              { value: "allow", label: say("allowed") },
              { value: "deny", label: say("denied") },
            ],
          },
          { name: "comment", label: say("comment") },
        ],
        submitText: say("doIt"),
        submit: ({ host, action, comment }: Values) =>
          orderAtRouter(this.siteId, {
            kind: "add-walled-garden-host",
            host: String(host),
            action: action === "deny" ? "deny" : "allow",
            ...(comment === null ? {} : { comment: String(comment) }),
          }),
        done: this.#ordered,
      },
      columns: [
        {
          label: say("hostPattern"),
          sort: "host",
          cell: (row) => html`<strong class="mono">${row.host ?? row.path ?? say("none")}</strong>`,
        },
        { label: say("bindingType"), cell: (row) => say(row.action === "deny" ? "denied" : "allowed") },
        { label: say("hits"), numeric: true, sort: "hits", cell: (row) => row.hits ?? say("none") },
        { label: say("comment"), cell: (row) => row.comment ?? say("none") },
      ],
      buttons: mayChange && ((row) => this.#remove("remove-walled-garden-host", row)),
    })}
    ${routerList<GardenAddress>(this, {
      list: "walled-garden-addresses",
      title: say("gardenAddresses"),
      emptyText: say("noGardenAddresses"),
      add: mayChange && {
        text: say("addAddress"),
        fields: [
          { name: "address", label: say("address"), required: true },
          { name: "comment", label: say("comment") },
        ],
        submitText: say("doIt"),
        submit: ({ address, comment }: Values) =>
          orderAtRouter(this.siteId, {
            kind: "add-walled-garden-address",
            address: String(address),
            ...(comment === null ? {} : { comment: String(comment) }),
          }),
        done: this.#ordered,
      },
      columns: [
        {
          label: say("address"),
          sort: "address",
          cell: (row) => html`<strong class="mono">${row.address ?? row.host ?? say("none")}</strong>`,
        },
        { label: say("bindingType"), cell: (row) => say(row.action === "accept" ? "allowed" : "denied") },
        { label: say("comment"), cell: (row) => row.comment ?? say("none") },
      ],
      buttons: mayChange && ((row) => this.#remove("remove-walled-garden-address", row)),
    })}`;
  }

  #remove(
    kind: "remove-walled-garden-host" | "remove-walled-garden-address",
    { id, was, isDynamic }: GardenHost | GardenAddress,
  ) {
    if (id === null || isDynamic) return nothing;
    return html`<button class="quiet danger" @click=${() => order(this.#actions, this.siteId, { kind, id, was })}>
      ${say("remove")}
    </button>`;
  }
}
customElements.define("router-garden", RouterGarden);
