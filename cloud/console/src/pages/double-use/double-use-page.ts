import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { ReadController } from "../../components/read-controller.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { listPage } from "../../components/table/list-page.ts";
import { type DevicesTwice, type DeviceTwice, devicesTwicePath } from "../../data/catalogue/devices-twice.ts";
import { type DoubleUse, listDoubleUse } from "../../data/catalogue/vouchers.ts";
import { byteSize, dateTime, duration, money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";

/** Codes used at two sites while one of them was offline, or again at a site that had forgotten: where, how much, what it cost. */
class DoubleUsePage extends appElement() {
  readonly #uses = new ListController<DoubleUse>(this, {
    read: listDoubleUse,
    topics: ["voucher", "grant"],
    filters: [],
  });

  readonly #devices = new ReadController<DevicesTwice>(this, { path: () => devicesTwicePath, topics: ["session"] });

  override render() {
    return html`${this.#codes()}<section class="card pad below">
        <h2>${say("devicesTwice")}</h2>
        <p class="soft">${say("devicesTwiceWhy")}</p>
        ${this.#devices.render(({ items }) =>
          items.length === 0
            ? html`<p class="below">${say("noDevicesTwice")}</p>`
            : html`${items.map((device) => this.#device(device))}`,
        )}
      </section>`;
  }

  #device({ mac, sinceMs, seenAtMs, places }: DeviceTwice) {
    const { zone } = this.app;
    return html`<div class="below">
      <strong class="mono">${mac}</strong>
      <span class="soft">${dateTime(sinceMs, zone)} – ${dateTime(seenAtMs, zone)}</span>
      ${places.map(
        ({ siteName, user, customerName }) =>
          html`<div>${[siteName ?? say("none"), customerName ?? user].filter((part) => part !== null).join(" · ")}</div>`,
      )}
    </div>`;
  }

  #codes() {
    return listPage(this.#uses, {
      title: say("doubleUse"),
      intro: say("doubleUseWhy"),
      emptyText: say("noDoubleUse"),
      columns: [
        { label: say("code"), cell: (row) => html`<strong class="mono">${row.code}</strong>` },
        { label: say("plan"), cell: (row) => planTitle(row.planName) },
        { label: say("lastUsed"), cell: (row) => dateTime(row.lastBridgeAtMs, this.app.zone) },
        { label: say("whereUsed"), cell: (row) => html`${row.uses.map(useAtSite)}` },
        { label: say("cost"), numeric: true, lead: true, cell: (row) => money(row.costCents, row.currency) },
      ],
    });
  }
}
customElements.define("double-use-page", DoubleUsePage);

const givenWords = {
  whole: "givenWhole",
  bridge: "givenBridge",
  again: "givenAgain",
  unremembered: "givenUnremembered",
} as const;

function useAtSite({ siteName, usedBytes, usedSeconds, given }: DoubleUse["uses"][number]) {
  return html`<div>
    ${siteName} · ${byteSize(usedBytes)} · ${duration(usedSeconds)}
    <span class="badge ${given === "whole" ? "" : "warn"}">${say(givenWords[given])}</span>
  </div>`;
}
