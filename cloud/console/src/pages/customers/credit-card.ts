import { html, nothing } from "lit";
import type { Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { Deeds } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { topUpCredit } from "../../data/money.ts";
import type { Desk } from "../../desk.ts";
import { listPath } from "../../hub/list.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import "../../components/action-form.ts";

/** What a customer has with the provider, and its top-up with cash. */
class CreditCard extends elementWith({
  desk: property<Desk>(),
  phone: property(""),
  adding: state(false),
}) {
  readonly #deeds = new Deeds(this);
  readonly #credit = new ReadController<{ balanceCents: number }>(this, {
    path: () => listPath("/api/v1/credits", { phone: this.phone, currency: this.desk.currency }),
    topics: ["payment"],
    events: () => this.desk.events,
  });

  static override styles = [sharedStyles];

  override render() {
    const { currency, user } = this.desk;
    return this.#credit.render(
      ({ balanceCents }) => html`<section class="card pad">
        ${this.#deeds.notice()}
        <h2>${say("customerCredit")}</h2>
        <p class="big">${money(balanceCents, currency)}</p>
        <p class="soft">${say("creditWhy")}</p>
        ${
          user.permissions.includes("payments.manage")
            ? html`<p class="below">
                <button aria-expanded=${this.adding} @click=${() => (this.adding = !this.adding)}>${say("topUpCash")}</button>
              </p>`
            : nothing
        }
        ${this.adding ? this.#form() : nothing}
      </section>`,
    );
  }

  #form() {
    const { currency } = this.desk;
    return html`<action-form
      class="below"
      .fields=${[{ name: "amount", label: `${say("amount")} (${currency})`, type: "money", required: true, min: 0 }]}
      submitText=${say("topUp")}
      .submit=${({ amount }: Values, key: string) => topUpCredit({ phone: this.phone, amountCents: amount, currency }, key)}
      @done=${async (event: CustomEvent<{ balanceCents: number }>) => {
        this.adding = false;
        await this.#credit.reload();
        this.#deeds.tell(say("newBalance", { amount: money(event.detail.balanceCents, currency) }));
      }}
    ></action-form>`;
  }
}
customElements.define("credit-card", CreditCard);
