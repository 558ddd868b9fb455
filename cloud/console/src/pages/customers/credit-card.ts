import { html, nothing } from "lit";
import { writeAddress } from "../../address.ts";
import "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { type CustomerCredit, creditPath, topUpCredit } from "../../data/money/customer-credit.ts";
import { currencyName, money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";

/** A customer's credit with the provider, and the form that tops it up with cash. */
class CreditCard extends appElement({
  phone: property(""),
  isAdding: state(false),
}) {
  readonly #actions = new PageActions(this);
  readonly #credit = new ReadController<CustomerCredit>(this, {
    path: () => creditPath(this.phone, this.app.currency),
    topics: ["payment"],
  });

  override render() {
    return this.#credit.render(
      ({ balanceCents, heldCents, toldCents, owesCents, owesFromBeforeCents }) => html`<section class="card pad">
        <h2>${say("customerCredit")}</h2>
        <p class="big">${money(balanceCents, this.app.currency)}</p>
        ${heldCents === 0 ? nothing : html`<p>${say("creditHeld", { amount: money(heldCents, this.app.currency) })}</p>`}
        ${toldCents === 0 ? nothing : html`<p>${say("creditTold", { amount: money(toldCents, this.app.currency) })}</p>`}
        ${owesCents === 0 ? nothing : html`<p><span class="badge warn">${say("customersOwes", { amount: money(owesCents, this.app.currency) })}</span></p>`}
        ${owesFromBeforeCents === 0 ? nothing : html`<p>${say("owesFromBefore", { amount: money(owesFromBeforeCents, this.app.currency) })}</p>`}
        <p class="soft">${say("creditWhy")}</p>
        ${
          this.mayAsOwn("payments.manage")
            ? html`<p class="below">
                <button aria-expanded=${this.isAdding} @click=${() => (this.isAdding = !this.isAdding)}>${say("topUpCash")}</button>
              </p>`
            : nothing
        }
        ${this.isAdding ? this.#form() : nothing}
        ${
          this.mayAsOwn("ledger.manage") && owesCents > 0
            ? html`<p><a href=${writeAddress({ path: "corrections", query: { correct: "settle-debt", customer: this.phone } })}
                  >${say("correction_settle_debt")}</a
                ></p>`
            : nothing
        }
        ${
          this.mayAsOwn("ledger.manage") && balanceCents - toldCents > 0
            ? html`<p><a href=${writeAddress({ path: "corrections", query: { correct: "pay-out-credit", customer: this.phone } })}
                  >${say("correction_pay_out_credit")}</a
                ></p>`
            : nothing
        }
      </section>`,
    );
  }

  #form() {
    const { currency } = this.app;
    const fields = [
      { name: "amount", label: `${say("amount")} (${currencyName(currency)})`, type: "money", required: true, min: 0 },
    ] as const satisfies Fields;
    return html`<action-form
      class="below"
      .fields=${fields}
      submitText=${say("topUp")}
      .submit=${({ amount }: ValuesOf<typeof fields>, key: string) => topUpCredit({ phone: this.phone, amountCents: amount, currency }, key)}
      @done=${async (event: CustomEvent<CustomerCredit>) => {
        this.isAdding = false;
        this.dispatchEvent(new CustomEvent("credited"));
        await this.#credit.reload();
        this.#actions.notify(say("newBalance", { amount: money(event.detail.balanceCents, currency) }));
      }}
    ></action-form>`;
  }
}
customElements.define("credit-card", CreditCard);
