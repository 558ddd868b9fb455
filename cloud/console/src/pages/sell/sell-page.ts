import { html, nothing } from "lit";
import { type Field, optionsOf } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { emptyState, stateStyles } from "../../components/states/empty-state.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import { type OwnFloat, readOwnFloat } from "../../data/money/floats.ts";
import { type PaymentDetail, sell } from "../../data/money/payments.ts";
import { type Names, readNamesOrFail } from "../../data/names.ts";
import { money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";
import "../payments/sale-code.ts";
import { stateBadge } from "../payments/payment-columns.ts";
import { planOptions } from "../plans/plan-options.ts";

interface Offer {
  readonly sites: Names;
  /** The plans on sale. */
  readonly plans: readonly Plan[];
}

/** Sells a plan to a customer at the counter, who pays in cash, by a prompt on the phone, or from credit. */
class SellPage extends appElement({
  /** The last sale, until the next one begins. */
  payment: state<PaymentDetail | null>(null),
}) {
  /** The site of the last sale. */
  #siteId = "";
  readonly #offer = new ReadController<Offer>(this, {
    read: async () => ({
      sites: await readNamesOrFail("sellingPlaces"),
      plans: (await plansToChoose()).filter(({ active }) => active),
    }),
  });
  /** The seller's float; null for office staff, whose cash belongs to the office. */
  readonly #float = new ReadController<OwnFloat>(this, { read: readOwnFloat });

  static override styles = [sharedStyles, tileStyles, stateStyles];

  override render() {
    return html`<div class="head"><h1>${say("sell")}</h1></div>
      <p class="soft panel">${say("sellWhy")}</p>
      ${this.#floatTile()} ${this.#offer.render((offer) => this.#body(offer))}`;
  }

  #floatTile() {
    const float = this.#float.value?.float ?? null;
    if (float === null) return nothing;
    const { balanceCents, creditLimitCents, currency } = float;
    const leftCents = balanceCents + creditLimitCents;
    return html`<div class="tiles">
      ${tile(
        say(balanceCents < 0 ? "myDebt" : "myFloat"),
        money(Math.abs(balanceCents), currency),
        say("mySalesLeft", { amount: money(Math.max(0, leftCents), currency) }),
        { attention: leftCents <= 0 },
      )}
    </div>`;
  }

  #body({ plans, sites }: Offer) {
    if (plans.length === 0) return this.#missing(say("noPlansOnSale"), "plans.manage", "plans", say("addPlan"));
    if (sites.size === 0) return this.#missing(say("noSellingPlaces"), "sites.manage", "sites", say("addSite"));
    return this.payment === null ? this.#form(plans, sites) : this.#sale(this.payment);
  }

  /** What a sale needs is not there yet: a link for who may add it. */
  #missing(text: string, permission: string, path: string, add: string) {
    const action = this.may(permission) ? html`<a class="button primary" href="#/${path}">${add}</a>` : nothing;
    return html`<section class="card">${emptyState(text, { picture: "signal", action })}</section>`;
  }

  #form(plans: readonly Plan[], sites: Names) {
    const fields: Field[] = [
      { name: "planId", label: say("plan"), type: "select", required: true, options: planOptions(plans) },
      { name: "phone", label: say("phone"), type: "tel", required: true },
      {
        name: "siteId",
        label: say("site"),
        type: "select",
        required: true,
        value: this.#siteId,
        // With several sites the seller must choose one. The next sale proposes the same site.
        options: [...(sites.size > 1 ? [{ value: "", label: say("none") }] : []), ...optionsOf(sites)],
      },
      {
        name: "pay",
        label: say("payWith"),
        type: "select",
        value: "cash",
        options: (["cash", "phone", "credit"] as const).map((value) => ({ value, label: say(`pay_${value}`) })),
      },
    ];
    return formCard({
      fields,
      submitText: say("sell"),
      submit: ({ pay, ...order }, key) => {
        this.#siteId = String(order.siteId);
        return sell(pay === "phone" ? order : { ...order, pay }, key);
      },
      done: ({ payment }: { payment: PaymentDetail }) => {
        this.payment = payment;
        void this.#float.reload();
      },
    });
  }

  #sale(payment: PaymentDetail) {
    const amount = money(payment.amountCents, payment.currency);
    return html`<section class="card pad" role="status">
      <p class="big">${amount}</p>
      <p class="panel">${stateBadge(payment.state)}
        ${say(payment.state === "paid" ? "soldOne" : "promptSent", { plan: planTitle(payment.planName), amount })}</p>
      <sale-code .app=${this.app} .payment=${payment}></sale-code>
      <p class="row below">
        <button class="primary" @click=${() => (this.payment = null)}>${say("sellAnother")}</button>
        ${this.may("payments.read") ? html`<a class="button" href="#/payments/${payment.id}">${say("openPayment")}</a>` : nothing}
      </p>
    </section>`;
  }
}
customElements.define("sell-page", SellPage);
