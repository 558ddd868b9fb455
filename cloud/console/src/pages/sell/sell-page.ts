import { displayName } from "@karibu/protocol/plan-name";
import { html, nothing } from "lit";
import { type Field, optionsOf, type Values } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { beingRead, notRead } from "../../components/loading.ts";
import { problemText } from "../../components/problem-text.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { tile, tileStyles } from "../../components/tiles.ts";
import { listPlans, type Plan } from "../../data/catalogue/plans.ts";
import { type PaymentDetail, sell } from "../../data/money/payments.ts";
import { type OwnFloat, readOwnFloat } from "../../data/money/sellers.ts";
import { readNamesOrFail } from "../../data/names.ts";
import type { Desk } from "../../desk.ts";
import { money } from "../../strings/format.ts";
import { say } from "../../strings/strings.ts";
import { stateBadge } from "../payments/payment-columns.ts";
import { planOptions } from "../plans/plan-options.ts";

/** A plan sold across the desk: in cash, by a prompt on the customer's phone, or out of their credit. */
class SellPage extends elementWith({
  desk: property<Desk>(),
  plans: state<readonly Plan[] | null>(null),
  sites: state<ReadonlyMap<string, string>>(new Map()),
  /** Null: what they take in cash is the office's. */
  float: state<OwnFloat["float"]>(null),
  sold: state<PaymentDetail | null>(null),
  failed: state(""),
}) {
  /** Of the last sale. */
  siteId = "";

  override connectedCallback(): void {
    super.connectedCallback();
    queueMicrotask(() => void this.#read());
  }

  async #read(): Promise<void> {
    this.failed = "";
    try {
      this.sites = await readNamesOrFail("sellingPlaces");
      this.float = (await readOwnFloat()).float;
      this.plans = (await listPlans({ limit: 100 })).items.filter((plan) => plan.active);
    } catch (error) {
      this.failed = problemText(error);
    }
  }

  /** A sale moved it; one that can't be read now is read with the next. */
  async #readFloat(): Promise<void> {
    const now = await readOwnFloat().catch(() => null);
    if (now !== null) this.float = now.float;
  }

  static override styles = [sharedStyles, tileStyles];

  override render() {
    return html`<div class="head"><h1>${say("sell")}</h1></div>
      <p class="soft panel">${say("sellWhy")}</p>
      ${this.#float()} ${this.#body()}`;
  }

  #float() {
    if (this.float === null) return nothing;
    const { balanceCents, creditLimitCents, currency } = this.float;
    const left = money(Math.max(0, balanceCents + creditLimitCents), currency);
    return html`<div class="tiles">
      ${tile(
        say(balanceCents < 0 ? "myDebt" : "myFloat"),
        money(Math.abs(balanceCents), currency),
        say("mySalesLeft", { amount: left }),
        {
          attention: balanceCents + creditLimitCents <= 0,
        },
      )}
    </div>`;
  }

  #body() {
    if (this.failed !== "") return notRead(this.failed, () => this.#read());
    if (this.plans === null) return beingRead();
    if (this.plans.length === 0) return html`<section class="card pad"><p>${say("noPlansOnSale")}</p></section>`;
    if (this.sites.size === 0) return html`<section class="card pad"><p>${say("noSellingPlaces")}</p></section>`;
    return this.sold === null ? this.#form(this.plans) : this.#done(this.sold);
  }

  #form(plans: readonly Plan[]) {
    const fields: Field[] = [
      {
        name: "planId",
        label: say("plan"),
        type: "select",
        required: true,
        options: planOptions(plans),
      },
      { name: "phone", label: say("phone"), type: "tel", required: true },
      {
        name: "siteId",
        label: say("site"),
        type: "select",
        required: true,
        value: this.siteId,
        // With several to choose from, none is chosen for them: the next sale is for the same site again.
        options: [...(this.sites.size > 1 ? [{ value: "", label: say("none") }] : []), ...optionsOf(this.sites)],
      },
      {
        name: "pay",
        label: say("payWith"),
        type: "select",
        value: "cash",
        options: (["cash", "phone", "credit"] as const).map((value) => ({ value, label: say(`pay_${value}`) })),
      },
    ];
    return html`<section class="card pad">
      <action-form
        .fields=${fields}
        submitText=${say("sell")}
        .submit=${({ pay, ...order }: Values, key: string) => {
          this.siteId = String(order.siteId);
          return sell(pay === "phone" ? order : { ...order, pay }, key);
        }}
        @done=${(event: CustomEvent<{ payment: PaymentDetail }>) => {
          this.sold = event.detail.payment;
          void this.#readFloat();
        }}
      ></action-form>
    </section>`;
  }

  #done(payment: PaymentDetail) {
    const amount = money(payment.amountCents, payment.currency);
    const mayOpen = this.desk.user.permissions.includes("payments.read");
    return html`<section class="card pad" role="status">
      <p class="big">${amount}</p>
      <p class="panel">${stateBadge(payment.state)}
        ${say(payment.state === "paid" ? "soldOne" : "promptSent", { plan: displayName(payment.planName), amount })}</p>
      <p class="row">
        <button class="primary" @click=${() => (this.sold = null)}>${say("sellAnother")}</button>
        ${mayOpen ? html`<a class="button" href="#/payments/${payment.id}">${say("openPayment")}</a>` : nothing}
      </p>
    </section>`;
  }
}
customElements.define("sell-page", SellPage);
