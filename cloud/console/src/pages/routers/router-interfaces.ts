import { figureText } from "@karibu/protocol/charts/figure-text";
import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { orderAtRouter, type RouterInterface } from "../../data/fleet/routers.ts";
import { byteSize } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { actionNote } from "./orders/action-words.ts";
import { order } from "./orders/order.ts";
import { routerList } from "./router-list.ts";

/** A router's interfaces: state, traffic, errors; switched and changed. */
class RouterInterfaces extends appElement({
  siteId: property(""),
  edited: state<RouterInterface | null>(null),
}) {
  readonly #actions = new PageActions(this);

  override render() {
    return html`${this.edited === null ? nothing : this.#form(this.edited)}
      ${routerList<RouterInterface>(this, {
        list: "interfaces",
        title: say("interfaces"),
        emptyText: say("noInterfaces"),
        columns: [
          {
            label: say("name"),
            sort: "name",
            cell: (row) =>
              html`<strong>${row.name}</strong> ${interfaceBadge(row)}<br /><span class="soft">${row.comment ?? row.type}</span>`,
          },
          {
            label: say("received"),
            sort: "rxBytes",
            numeric: true,
            cell: (row) => traffic(row.rxBytes, row.rxBitsPerSecond),
          },
          {
            label: say("sent"),
            sort: "txBytes",
            numeric: true,
            cell: (row) => traffic(row.txBytes, row.txBitsPerSecond),
          },
          {
            label: say("errorsAndDrops"),
            numeric: true,
            cell: (row) => {
              const counts = [sum(row.rxErrors, row.txErrors), sum(row.rxDrops, row.txDrops)];
              return counts.every((count) => count === say("none")) ? say("none") : counts.join(", ");
            },
          },
          { label: say("linkDowns"), sort: "linkDowns", numeric: true, cell: (row) => row.linkDowns ?? say("none") },
          {
            label: say("mac"),
            isExtra: true,
            cell: (row) => html`<span class="mono">${row.macAddress ?? say("none")}</span>`,
          },
          { label: say("mtu"), isExtra: true, numeric: true, cell: (row) => row.mtu ?? say("none") },
        ],
        buttons: this.may("routers.network") && ((row) => this.#buttons(row)),
      })}`;
  }

  #buttons(row: RouterInterface) {
    const { id, was, isDisabled } = row;
    if (id === null) return nothing;
    const to = () => order(this.#actions, this.siteId, { kind: "set-interface", id, was, disabled: !isDisabled });
    return html`<span class="row">
      <button @click=${to}>${say(isDisabled ? "switchOn" : "switchOff")}</button>
      <button class="quiet" @click=${() => (this.edited = row)}>${say("edit")}</button>
    </span>`;
  }

  #form({ id, was, comment, mtu, name }: RouterInterface) {
    return formCard({
      title: say("changeInterface", { name: name ?? was }),
      intro: actionNote({ kind: "set-interface" }),
      fields: [
        { name: "comment", label: say("comment"), value: comment },
        { name: "mtu", label: say("mtu"), type: "number", min: 68, max: 10_000, value: mtu },
      ],
      submitText: say("doIt"),
      submit: (values: Values) =>
        orderAtRouter(this.siteId, {
          kind: "set-interface",
          id: id ?? "",
          was,
          comment: String(values.comment ?? ""),
          ...(values.mtu === null || values.mtu === mtu ? {} : { mtu: Number(values.mtu) }),
        }),
      done: () => {
        this.edited = null;
        this.#actions.notify(say("orderTaken"));
      },
      cancel: () => (this.edited = null),
    });
  }
}
customElements.define("router-interfaces", RouterInterfaces);

function interfaceBadge({ isDisabled, isRunning }: RouterInterface) {
  if (isDisabled) return html`<span class="badge">${say("switchedOff")}</span>`;
  return html`<span class="badge ${isRunning ? "good" : "warn"}">${say(isRunning ? "running" : "notRunning")}</span>`;
}

function traffic(bytes: number | null, bitsPerSecond: number | null) {
  if (bytes === null) return say("none");
  return html`${byteSize(bytes)}${
    bitsPerSecond === null ? nothing : html`<br /><span class="soft">${figureText(bitsPerSecond, "bits")}</span>`
  }`;
}

const sum = (one: number | null, other: number | null) => (one === null ? say("none") : one + (other ?? 0));
