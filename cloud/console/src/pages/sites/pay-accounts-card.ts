import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { optionsOf } from "../../components/fields/options-of.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { ask } from "../../components/overlay/ask-dialog.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ListController } from "../../components/table/list-controller.ts";
import { addButton, addCard, listCard } from "../../components/table/list-page.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import { addPayAccount, listPayAccounts, type PayAccount, removePayAccount } from "../../data/money/pay-accounts.ts";
import { type Names, noNames, readNames } from "../../data/names.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import { planOptions } from "../plans/plan-options.ts";

/** The account numbers that customers type at the paybill: a site's number buys a plan, a customer's number is credit. */
class PayAccountsCard extends appElement({
  sites: state<Names>(noNames),
  plans: state<readonly Plan[]>([]),
}) {
  readonly #accounts = new ListController<PayAccount>(this, {
    read: async (query) => {
      this.sites = await readNames("sites", this.app.user);
      if (this.may("plans.read")) this.plans = await plansToChoose();
      return listPayAccounts(query);
    },
    topics: [],
  });
  readonly #actions = new PageActions(this, () => this.#accounts.reload());

  override render() {
    const mayChange = this.may("payments.manage");
    const add = mayChange && {
      text: say("addPayAccount"),
      fields: fieldsOf(this.sites, this.plans),
      submit: (values: ValuesOf<typeof fieldsOf>) => addPayAccount(withoutEmpty(values)),
      done: ({ number }: { number: string }) => this.#actions.notify(say("payAccountMade", { number })),
    };
    return html`<div class="head between">
        <h2>${say("payAccounts")}</h2>
        ${addButton(this.#accounts, add)}
      </div>
      <p class="soft panel">${say("payAccountsWhy")}</p>
      ${addCard(this.#accounts, add)}
      ${listCard(this.#accounts, {
        title: say("payAccounts"),
        emptyText: say("noPayAccounts"),
        columns: [
          { label: say("accountNumber"), cell: (row) => html`<strong class="mono">${row.number}</strong>` },
          {
            label: say("kind"),
            cell: (row) =>
              html`${word("payAccount", row.kind)}${
                row.customerId === null
                  ? nothing
                  : html`<br /><a href="#/customers/${row.customerId}">${row.customerName}</a>`
              }`,
          },
          {
            label: say("site"),
            cell: (row) => (row.siteId === null ? say("none") : (this.sites.get(row.siteId) ?? say("site"))),
          },
          { label: say("plan"), cell: (row) => this.#planName(row.planId) },
        ],
        buttons:
          mayChange &&
          ((row) => html`<button class="quiet danger" @click=${() => this.#remove(row)}>${say("remove")}</button>`),
      })}`;
  }

  #planName(planId: string | null): string {
    if (planId === null) return say("none");
    const plan = this.plans.find((each) => each.planId === planId);
    return plan === undefined ? say("plan") : planTitle(plan.name);
  }

  async #remove({ number, kind, customerName }: PayAccount) {
    const question =
      kind !== "customer"
        ? say("removePayAccountSure", { number })
        : say("removeCustomerNumberSure", { number, name: customerName ?? say("someCustomer") });
    const thing = customerName === null ? number : `${number}, ${customerName}`;
    if (!(await ask(question, say("remove"), { danger: true, thing }))) return;
    await this.#actions.run(`remove/${number}`, () => removePayAccount(number));
  }
}
customElements.define("pay-accounts-card", PayAccountsCard);

function fieldsOf(sites: Names, plans: readonly Plan[]) {
  const none = { value: "", label: say("none") };
  return [
    { name: "number", label: say("accountNumber"), hint: say("accountNumberHint") },
    { name: "siteId", label: say("site"), type: "select", value: "", options: [none, ...optionsOf(sites)] },
    { name: "planId", label: say("plan"), type: "select", value: "", options: [none, ...planOptions(plans)] },
    { name: "phone", label: say("phone"), type: "tel", hint: say("payAccountPhoneHint") },
  ] as const satisfies Fields;
}
