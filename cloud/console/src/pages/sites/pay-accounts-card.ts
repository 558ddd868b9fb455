import { html, nothing } from "lit";
import { type Field, optionsOf, type Values, withoutEmpty } from "../../components/action-form.ts";
import { ask } from "../../components/ask-dialog.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { ListController } from "../../components/list-controller.ts";
import { listCard } from "../../components/list-page.ts";
import { Deeds } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { listPlans, type Plan } from "../../data/catalogue/plans.ts";
import { addPayAccount, listPayAccounts, type PayAccount, removePayAccount } from "../../data/money/pay-accounts.ts";
import { readNames } from "../../data/names.ts";
import type { Desk } from "../../desk.ts";
import { say, word } from "../../strings/strings.ts";
import { planOptions } from "../plans/plan-options.ts";
import "../../components/action-form.ts";

/** The numbers that customers type as the account at the paybill: a site's, with its plan, or one customer's own. */
class PayAccountsCard extends elementWith({
  desk: property<Desk>(),
  /** Names by id. */
  sites: state<ReadonlyMap<string, string>>(new Map()),
  plans: state<readonly Plan[]>([]),
  adding: state(false),
}) {
  readonly #deeds = new Deeds(this);
  readonly #accounts = new ListController<PayAccount>(this, {
    read: async (cursor) => {
      this.sites = await readNames("sites", this.desk.user);
      if (this.desk.user.permissions.includes("plans.read")) this.plans = (await listPlans({ limit: 100 })).items;
      return listPayAccounts(cursor);
    },
    topics: [],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const mayChange = this.desk.user.permissions.includes("payments.manage");
    return html`<div class="head between">
        <h2>${say("payAccounts")}</h2>
        ${
          mayChange
            ? html`<button aria-expanded=${this.adding} @click=${() => (this.adding = !this.adding)}>
                ${say("addPayAccount")}
              </button>`
            : nothing
        }
      </div>
      <p class="soft panel">${say("payAccountsWhy")}</p>
      ${this.#deeds.notice()} ${this.adding ? this.#form() : nothing}
      ${listCard(this.#accounts, {
        caption: say("payAccounts"),
        emptyText: say("noPayAccounts"),
        columns: [
          { label: say("accountNumber"), cell: (row) => html`<strong class="mono">${row.number}</strong>` },
          { label: say("kind"), cell: (row) => word("payAccount", row.kind) },
          {
            label: say("site"),
            cell: (row) => (row.siteId === null ? say("none") : (this.sites.get(row.siteId) ?? say("site"))),
          },
          { label: say("plan"), cell: (row) => this.#planName(row.planId) },
          ...(mayChange
            ? [
                {
                  label: say("change"),
                  cell: (row: PayAccount) =>
                    html`<button class="quiet" @click=${() => this.#remove(row)}>${say("remove")}</button>`,
                },
              ]
            : []),
        ],
      })}`;
  }

  #planName(planId: string | null): string {
    if (planId === null) return say("none");
    return this.plans.find((plan) => plan.planId === planId)?.name ?? say("plan");
  }

  #form() {
    const none = { value: "", label: say("none") };
    const fields: Field[] = [
      { name: "number", label: say("accountNumber"), hint: say("accountNumberHint") },
      { name: "siteId", label: say("site"), type: "select", value: "", options: [none, ...optionsOf(this.sites)] },
      { name: "planId", label: say("plan"), type: "select", value: "", options: [none, ...planOptions(this.plans)] },
      { name: "phone", label: say("phone"), type: "tel", hint: say("payAccountPhoneHint") },
    ];
    return html`<section class="card pad panel">
      <action-form
        .fields=${fields}
        submitText=${say("addPayAccount")}
        .submit=${(values: Values) => addPayAccount(withoutEmpty(values))}
        @done=${(event: CustomEvent<{ number: string }>) => {
          this.adding = false;
          this.#deeds.tell(say("payAccountMade", { number: event.detail.number }));
          void this.#accounts.reload();
        }}
      ></action-form>
    </section>`;
  }

  async #remove({ number }: PayAccount) {
    if (!(await ask(say("removePayAccountSure", { number }), say("remove")))) return;
    await this.#deeds.run(`remove/${number}`, () => removePayAccount(number));
    await this.#accounts.reload();
  }
}
customElements.define("pay-accounts-card", PayAccountsCard);
