import { html } from "lit";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { endRenewal, listRenewals, type Renewal } from "../../data/money/renewals.ts";
import type { Desk } from "../../desk.ts";
import { say } from "../../strings/strings.ts";
import { type RenewalNames, readRenewalNames, renewalColumns } from "./renewal-columns.ts";

/** Every package that renews itself from its customer's credit: found by phone, switched off. */
class RenewalsPage extends elementWith({
  desk: property<Desk>(),
  /** Whose; empty: everybody's. */
  phone: state(""),
  names: state<RenewalNames>({ plans: [], sites: new Map() }),
}) {
  /** Those that are on, or all that ever were. */
  #onlyActive = true;
  readonly #deeds = new Deeds(this);
  readonly #renewals = new ListController<Renewal>(this, {
    read: async (cursor) => {
      this.names = await readRenewalNames(this.desk);
      return listRenewals({ phone: this.phone || null, active: this.#onlyActive ? "true" : null }, cursor);
    },
    topics: ["grant", "payment"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    return html`<div class="head"><h1>${say("renewals")}</h1></div>
      <p class="soft panel">${say("renewalsWhy")}</p>
      <form class="filters" @submit=${this.#search}>
        <label>${say("phone")}<input name="phone" type="search" inputmode="tel" autocomplete="off" .value=${this.phone} /></label>
        <label
          >${say("state")}<select name="active">
            <option value="on">${say("renewalsOn")}</option>
            <option value="all">${say("renewalsAll")}</option>
          </select></label
        >
        <button>${say("search")}</button>
      </form>
      ${this.#deeds.notice()}
      ${listCard(this.#renewals, {
        caption: say("renewals"),
        emptyText: say("noRenewals"),
        columns: [
          { label: say("phone"), cell: (row) => html`<span class="mono">${row.phone ?? say("none")}</span>` },
          ...renewalColumns(this.desk, this.names, (row) => void this.#end(row)),
        ],
      })}`;
  }

  async #search(event: SubmitEvent) {
    event.preventDefault();
    const given = new FormData(event.target as HTMLFormElement);
    this.phone = String(given.get("phone")).trim();
    this.#onlyActive = given.get("active") === "on";
    await this.#renewals.reload();
  }

  async #end(row: Renewal) {
    if (!(await ask(say("endRenewalSure"), say("switchOff")))) return;
    await this.#deeds.run(
      `end/${row.id}`,
      () => endRenewal(row.id),
      () => say("saved"),
    );
    await this.#renewals.reload();
  }
}
customElements.define("renewals-page", RenewalsPage);
