import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import {
  type ActiveUser,
  type Binding,
  type Cookie,
  type HotspotHost,
  type Lease,
  orderAtRouter,
  type PppSession,
  type RouterAction,
} from "../../data/fleet/routers.ts";
import { byteSize, duration } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { order } from "./orders/order.ts";
import { routerList } from "./router-list.ts";
import "./router-connections.ts";

const mono = (text: string | null) => html`<span class="mono">${text ?? say("none")}</span>`;
const time = (seconds: number | null) => (seconds === null ? say("none") : duration(seconds));
const bytes = (count: number | null) => (count === null ? say("none") : byteSize(count));
type Removal = Extract<RouterAction, { kind: `remove-${string}`; id: string }>["kind"];

/** What the router sees of devices: hotspot hosts, who is logged in, leases, bindings, cookies, PPP sessions. */
class RouterHosts extends appElement({ siteId: property("") }) {
  readonly #actions = new PageActions(this);

  override render() {
    const mayChange = this.may("routers.manage");
    return html`${this.#hosts(mayChange)} ${this.#active()} ${this.#leases(mayChange)} ${this.#bindings(mayChange)}
    ${this.#cookies(mayChange)} ${this.#ppp(mayChange)}
    <router-connections .app=${this.app} .siteId=${this.siteId}></router-connections>`;
  }

  #hosts(mayChange: boolean) {
    return routerList<HotspotHost>(this, {
      list: "hosts",
      title: say("hotspotHosts"),
      emptyText: say("noHotspotHosts"),
      columns: [
        {
          label: say("device"),
          sort: "macAddress",
          cell: (row) =>
            html`${mono(row.macAddress)} ${hostBadge(row)}<br /><span class="soft">${row.comment ?? nothing}</span>`,
        },
        { label: say("address"), sort: "address", cell: (row) => mono(row.address) },
        { label: say("duration"), numeric: true, sort: "uptimeSeconds", cell: (row) => time(row.uptimeSeconds) },
        { label: say("up"), numeric: true, sort: "bytesIn", cell: (row) => bytes(row.bytesIn) },
        { label: say("down"), numeric: true, sort: "bytesOut", cell: (row) => bytes(row.bytesOut) },
      ],
      buttons: mayChange && ((row) => this.#remove("remove-host", row, say("forget"))),
    });
  }

  #active() {
    return routerList<ActiveUser>(this, {
      list: "active",
      title: say("loggedInAtRouter"),
      emptyText: say("noActive"),
      columns: [
        {
          label: say("user"),
          sort: "user",
          cell: (row) =>
            html`<strong>${row.user}</strong> <span class="badge ${row.isByRadius ? "good" : "warn"}">${say(row.isByRadius ? "viaRadius" : "notBilled")}</span>`,
        },
        { label: say("device"), sort: "macAddress", cell: (row) => mono(row.macAddress) },
        { label: say("address"), cell: (row) => mono(row.address) },
        { label: say("duration"), numeric: true, sort: "uptimeSeconds", cell: (row) => time(row.uptimeSeconds) },
        { label: say("down"), numeric: true, sort: "bytesOut", cell: (row) => bytes(row.bytesOut) },
      ],
    });
  }

  #leases(mayChange: boolean) {
    return routerList<Lease>(this, {
      list: "leases",
      title: say("leases"),
      emptyText: say("noLeases"),
      columns: [
        {
          label: say("address"),
          sort: "address",
          cell: (row) =>
            html`${mono(row.address)} ${row.isDynamic ? nothing : html`<span class="badge">${say("leaseStatic")}</span>`} ${
              row.isBlocked ? html`<span class="badge bad">${say("leaseBlocked")}</span>` : nothing
            }`,
        },
        { label: say("hostName"), sort: "hostName", cell: (row) => row.hostName ?? row.comment ?? say("none") },
        { label: say("device"), sort: "macAddress", cell: (row) => mono(row.macAddress) },
        { label: say("state"), sort: "status", cell: (row) => row.status ?? say("none") },
        { label: say("expiresIn"), numeric: true, cell: (row) => time(row.expiresInSeconds) },
      ],
      buttons: mayChange && ((row) => this.#leaseButtons(row)),
    });
  }

  #leaseButtons(row: Lease) {
    const { id, was, isDynamic, isBlocked } = row;
    if (id === null) return nothing;
    const change = isDynamic
      ? ({ kind: "make-lease-static", id, was } as const)
      : ({ kind: "set-lease", id, was, blocked: !isBlocked } as const);
    return html`<span class="row">
      <button @click=${() => order(this.#actions, this.siteId, change)}>
        ${say(isDynamic ? "fixLease" : isBlocked ? "unblock" : "block")}
      </button>
      ${this.#remove("remove-lease", row, say("remove"))}
    </span>`;
  }

  #bindings(mayChange: boolean) {
    const types = ["bypassed", "blocked", "regular"] as const;
    return routerList<Binding>(this, {
      list: "bindings",
      title: say("bindings"),
      emptyText: say("noBindings"),
      add: mayChange && {
        text: say("addBinding"),
        fields: [
          { name: "macAddress", label: say("mac"), required: true, hint: say("macHint") },
          {
            name: "type",
            label: say("bindingType"),
            type: "select",
            value: "bypassed",
            options: types.map((value) => ({ value, label: word("binding", value) })),
          },
          { name: "comment", label: say("comment") },
        ],
        submitText: say("doIt"),
        submit: ({ macAddress, type, comment }: Values) =>
          orderAtRouter(this.siteId, {
            kind: "add-ip-binding",
            macAddress: String(macAddress).trim().toUpperCase().replaceAll("-", ":"),
            type: types.find((one) => one === type) ?? "regular",
            ...(comment === null ? {} : { comment: String(comment) }),
          }),
        done: () => this.#actions.notify(say("orderTaken")),
      },
      columns: [
        { label: say("device"), sort: "macAddress", cell: (row) => mono(row.macAddress ?? row.address) },
        { label: say("bindingType"), sort: "type", cell: (row) => word("binding", row.type ?? "regular") },
        { label: say("comment"), cell: (row) => row.comment ?? say("none") },
      ],
      buttons: mayChange && ((row) => this.#remove("remove-ip-binding", row, say("remove"))),
    });
  }

  #cookies(mayChange: boolean) {
    return routerList<Cookie>(this, {
      list: "cookies",
      title: say("cookies"),
      emptyText: say("noCookies"),
      columns: [
        { label: say("user"), sort: "user", cell: (row) => html`<strong>${row.user}</strong>` },
        { label: say("device"), sort: "macAddress", cell: (row) => mono(row.macAddress) },
        { label: say("expiresIn"), numeric: true, cell: (row) => time(row.expiresInSeconds) },
      ],
      buttons: mayChange && ((row) => this.#remove("remove-cookie", row, say("remove"))),
    });
  }

  #ppp(mayChange: boolean) {
    return routerList<PppSession>(this, {
      list: "ppp-active",
      title: say("pppSessions"),
      emptyText: say("noPppSessions"),
      columns: [
        { label: say("user"), sort: "name", cell: (row) => html`<strong>${row.name}</strong>` },
        { label: say("device"), cell: (row) => mono(row.callerId) },
        { label: say("address"), cell: (row) => mono(row.address) },
        { label: say("duration"), numeric: true, sort: "uptimeSeconds", cell: (row) => time(row.uptimeSeconds) },
      ],
      buttons: mayChange && ((row) => this.#remove("remove-ppp-session", row, say("disconnect"))),
    });
  }

  #remove(
    kind: Exclude<Removal, "remove-wifi-client">,
    { id, was }: { readonly id: string | null; readonly was: string },
    text: string,
  ) {
    if (id === null) return nothing;
    return html`<button class="quiet danger" @click=${() => order(this.#actions, this.siteId, { kind, id, was })}>
      ${text}
    </button>`;
  }
}
customElements.define("router-hosts", RouterHosts);

function hostBadge({ isAuthorized, isBypassed }: HotspotHost) {
  if (isBypassed) return html`<span class="badge">${say("bypassed")}</span>`;
  return html`<span class="badge ${isAuthorized ? "good" : ""}">${say(isAuthorized ? "authorized" : "notLoggedIn")}</span>`;
}
