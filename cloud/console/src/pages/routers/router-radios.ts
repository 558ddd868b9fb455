import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import type { AccessPoint, WifiClient } from "../../data/fleet/routers.ts";
import { byteSize, duration } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { order } from "./orders/order.ts";
import { routerList } from "./router-list.ts";
import "./pinged-points.ts";

/** A router's access points, and the devices at its radios. */
class RouterRadios extends appElement({ siteId: property("") }) {
  readonly #actions = new PageActions(this);

  override render() {
    return html`${routerList<AccessPoint>(this, {
      list: "access-points",
      title: say("accessPoints"),
      emptyText: say("noAccessPoints"),
      columns: [
        {
          label: say("name"),
          sort: "name",
          cell: (row) => html`<strong>${row.name}</strong><br /><span class="soft">${row.board ?? nothing}</span>`,
        },
        {
          label: say("address"),
          cell: (row) => html`<span class="mono">${row.address ?? row.macAddress ?? say("none")}</span>`,
        },
        { label: say("state"), sort: "state", cell: (row) => row.state ?? say("none") },
        { label: say("network"), cell: (row) => row.ssid ?? say("none") },
        { label: say("clients"), numeric: true, sort: "clients", cell: (row) => row.clients ?? say("none") },
        { label: say("routerVersion"), cell: (row) => row.version ?? say("none") },
      ],
    })}
    ${routerList<WifiClient>(this, {
      list: "wifi-clients",
      title: say("wifiClients"),
      emptyText: say("noWifiClients"),
      columns: [
        { label: say("device"), sort: "macAddress", cell: (row) => html`<span class="mono">${row.macAddress}</span>` },
        { label: say("network"), sort: "ssid", cell: (row) => row.ssid ?? row.interface ?? say("none") },
        {
          label: say("signal"),
          numeric: true,
          sort: "signalDbm",
          cell: (row) => (row.signalDbm === null ? say("none") : `${row.signalDbm} dBm`),
        },
        {
          label: say("duration"),
          numeric: true,
          cell: (row) => (row.uptimeSeconds === null ? say("none") : duration(row.uptimeSeconds)),
        },
        {
          label: say("down"),
          numeric: true,
          cell: (row) => (row.bytesSent === null ? say("none") : byteSize(row.bytesSent)),
        },
      ],
      buttons: this.may("routers.manage") && ((row) => this.#buttons(row)),
    })}
    <pinged-points .app=${this.app} .siteId=${this.siteId}></pinged-points>`;
  }

  #buttons({ id, was, driver }: WifiClient) {
    if (id === null || driver === "capsman") return nothing;
    return html`<button
      class="quiet danger"
      @click=${() => order(this.#actions, this.siteId, { kind: "remove-wifi-client", id, was, driver })}
    >
      ${say("disconnect")}
    </button>`;
  }
}
customElements.define("router-radios", RouterRadios);
