import { displayName } from "@karibu/protocol/plan-name";
import { html } from "lit";
import { elementWith, property } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type DoubleUse, listDoubleUse } from "../../data/catalogue/vouchers.ts";
import type { Desk } from "../../desk.ts";
import { byteSize, dateTime, duration, money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** Codes that a site gave something on while nobody could be asked: where, how much, and what it cost. */
class DoubleUsePage extends elementWith({
  desk: property<Desk>(),
}) {
  readonly #uses = new ListController<DoubleUse>(this, {
    read: listDoubleUse,
    topics: ["voucher", "grant"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const { zone } = this.desk;
    return html`<div class="head"><h1>${say("doubleUse")}</h1></div>
      <p class="soft panel">${say("doubleUseWhy")}</p>
      ${listCard(this.#uses, {
        caption: say("doubleUse"),
        emptyText: say("noDoubleUse"),
        columns: [
          { label: say("code"), cell: (row) => html`<strong class="mono">${row.code}</strong>` },
          { label: say("plan"), cell: (row) => displayName(row.planName) },
          { label: say("lastUsed"), cell: (row) => dateTime(row.lastBridgeAtMs, zone) },
          {
            label: say("whereUsed"),
            cell: (row) =>
              html`${row.uses.map(
                (use) =>
                  html`<div>
                    ${use.siteName} · ${byteSize(use.usedBytes)} · ${duration(use.usedSeconds)}
                    <span class="badge ${use.given === "bridge" ? "warn" : ""}">${say(use.given === "bridge" ? "givenBridge" : "givenWhole")}</span>
                  </div>`,
              )}`,
          },
          { label: say("cost"), numeric: true, lead: true, cell: (row) => money(row.costCents, row.currency) },
        ],
      })}`;
  }
}
customElements.define("double-use-page", DoubleUsePage);
