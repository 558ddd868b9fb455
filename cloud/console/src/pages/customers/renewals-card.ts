import { html, nothing } from "lit";
import { type Field, optionsOf, type Values } from "../../components/action-form.ts";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { endRenewal, listRenewals, type Renewal, startRenewal } from "../../data/money/renewals.ts";
import type { Desk } from "../../desk.ts";
import { say } from "../../strings/strings.ts";
import { planOptions } from "../plans/plan-options.ts";
import { type RenewalNames, readRenewalNames, renewalColumns } from "../renewals/renewal-columns.ts";

/** What renews itself for one customer, out of their credit. */
class RenewalsCard extends elementWith({
  desk: property<Desk>(),
  phone: property(""),
  adding: state(false),
  names: state<RenewalNames>({ plans: [], sites: new Map() }),
}) {
  readonly #deeds = new Deeds(this);
  readonly #renewals = new ListController<Renewal>(this, {
    read: async (cursor) => {
      this.names = await readRenewalNames(this.desk);
      return listRenewals({ phone: this.phone }, cursor);
    },
    topics: ["grant", "payment"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayChange = this.desk.user.permissions.includes("payments.manage");
    return html`${this.#deeds.notice()}
      ${listCard(this.#renewals, {
        caption: say("renewals"),
        emptyText: say("noRenewals"),
        columns: renewalColumns(this.desk, this.names, (row) => void this.#end(row)),
      })}
      ${
        mayChange
          ? html`<p class="below">
              <button aria-expanded=${this.adding} @click=${() => (this.adding = !this.adding)}>${say("addRenewal")}</button>
            </p>`
          : nothing
      }
      ${this.adding ? this.#form() : nothing}`;
  }

  #form() {
    const fields: Field[] = [
      {
        name: "planId",
        label: say("plan"),
        type: "select",
        required: true,
        options: planOptions(this.names.plans),
      },
      {
        name: "siteId",
        label: say("site"),
        type: "select",
        required: true,
        options: optionsOf(this.names.sites),
      },
    ];
    return html`<section class="card pad">
      <action-form
        .fields=${fields}
        submitText=${say("addRenewal")}
        .submit=${(values: Values, key: string) => startRenewal({ phone: this.phone, ...values }, key)}
        @done=${() => {
          this.adding = false;
          this.#deeds.tell(say("saved"));
          void this.#renewals.reload();
        }}
      ></action-form>
    </section>`;
  }

  async #end(row: Renewal) {
    if (!(await ask(say("endRenewalSure"), say("switchOff")))) return;
    await this.#deeds.run(`end/${row.id}`, () => endRenewal(row.id));
    await this.#renewals.reload();
  }
}
customElements.define("renewals-card", RenewalsCard);
