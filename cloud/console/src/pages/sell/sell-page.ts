import { css, html, nothing } from "lit";
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
import { type OwnSales, ownSalesPath, type PaymentDetail, sell } from "../../data/money/payments.ts";
import { type Names, readNamesOrFail } from "../../data/names.ts";
import { money, timeOfDay } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";
import "../payments/sale-code.ts";
import { stateBadge } from "../payments/payment-columns.ts";
import { planOptions } from "../plans/plan-options.ts";
import { termsText } from "../plans/terms-text.ts";

interface Offer {
  readonly sites: Names;
  /** The plans on sale. */
  readonly plans: readonly Plan[];
}

const waysToPay = ["cash", "phone", "credit"] as const;

/**
 * Sells a plan to a customer at the counter, who pays in cash, by a prompt on the phone, or from credit. Cash needs no phone: then
 * the code is shown and printed, and no message is sent. Beside the form: what the customer gets, and one's own sales of today.
 */
class SellPage extends appElement({
  /** The last sale, until the next one begins. */
  payment: state<PaymentDetail | null>(null),
  /** As chosen in the form. */
  planId: state(""),
  pay: state<(typeof waysToPay)[number]>("cash"),
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

  readonly #sales = new ReadController<OwnSales>(this, { path: () => ownSalesPath, topics: ["payment"] });

  static override styles = [
    sharedStyles,
    tileStyles,
    stateStyles,
    css`
      .counter {
        display: grid;
        gap: 1rem;
        align-items: start;
      }
      .counter > * {
        min-width: 0;
      }
      .beside {
        display: grid;
        gap: 1rem;
      }
      .beside .tiles {
        margin: 0;
      }
      @media (min-width: 1100px) {
        .counter {
          grid-template-columns: minmax(0, 1.25fr) minmax(0, 1fr);
        }
      }
      ol {
        list-style: none;
        margin: 0.6rem 0 0;
        padding: 0;
      }
      li {
        display: flex;
        justify-content: space-between;
        gap: var(--space-4);
        padding: var(--row-space) 0;
        border-top: 1px solid var(--line);
      }
      li > :first-child {
        min-width: 0;
        overflow-wrap: anywhere;
      }
    `,
  ];

  override render() {
    return html`<div class="head"><h1>${say("sell")}</h1></div>
      <p class="soft panel">${say("sellWhy")}</p>
      ${this.#offer.render((offer) => this.#body(offer))}`;
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
    const plan = plans.find(({ planId }) => planId === this.planId) ?? plans.find(({ active }) => active);
    return html`<div class="counter">
      <div>${this.payment === null ? this.#form(plans, sites) : this.#sale(this.payment)}</div>
      <div class="beside">
        ${this.payment === null && plan !== undefined ? this.#whatTheyGet(plan) : nothing} ${this.#floatTile()}
        ${this.#soldToday()}
      </div>
    </div>`;
  }

  /** To be read out before the customer pays. */
  #whatTheyGet({ name, priceCents, currency, terms }: Plan) {
    return html`<section class="ticket card" aria-label=${say("customerGets")}>
      <span class="stub">${money(priceCents, currency)}</span>
      <span class="ticket-body">
        <span class="soft">${say("customerGets")}</span>
        <strong>${planTitle(name)}</strong>
        <span>${termsText(terms)}</span>
      </span>
    </section>`;
  }

  #soldToday() {
    return this.#sales.render(
      ({ sales, cashCents, currency, latest }) => html`<section class="card pad">
        <h2>${say("ownSalesToday")}</h2>
        ${
          sales === 0
            ? html`<p class="soft below">${say("nothingSoldToday")}</p>`
            : html`<p class="below"><strong class="number">${money(cashCents, currency)}</strong> ${say("cashOfSales", { count: sales })}</p>
                <ol>
                  ${latest.map((sale) => this.#soldRow(sale, currency))}
                </ol>`
        }
      </section>`,
    );
  }

  #soldRow(
    { id, planName, amountCents, codeEnd, phone, siteName, createdAtMs }: OwnSales["latest"][number],
    currency: string,
  ) {
    const title = planTitle(planName);
    const code = codeEnd === null ? nothing : html`<span class="mono">…${codeEnd}</span> · `;
    return html`<li>
      <span>
        ${this.may("payments.read") ? html`<a href="#/payments/${id}">${title}</a>` : title}<br />
        <span class="soft">${code}${phone === null ? nothing : html`<span class="mono">${phone}</span> · `}${siteName}</span>
      </span>
      <span class="nowrap number">${money(amountCents, currency)}<br /><span class="soft">${timeOfDay(createdAtMs, this.app.zone)}</span></span>
    </li>`;
  }

  /** What stands beside the form follows what is chosen in it. */
  #chosen(event: Event): void {
    const field = event.composedPath()[0];
    if (!(field instanceof HTMLSelectElement)) return;
    if (field.name === "planId") this.planId = field.value;
    if (field.name === "pay") this.pay = waysToPay.find((way) => way === field.value) ?? "cash";
  }

  /** What a sale needs is not there yet: a link for who may add it. */
  #missing(text: string, permission: string, path: string, add: string) {
    const action = this.may(permission) ? html`<a class="button primary" href="#/${path}">${add}</a>` : nothing;
    return html`<section class="card">${emptyState(text, { picture: "signal", action })}</section>`;
  }

  #form(plans: readonly Plan[], sites: Names) {
    const fields: Field[] = [
      {
        name: "planId",
        label: say("plan"),
        type: "select",
        required: true,
        value: this.planId,
        options: planOptions(plans),
      },
      {
        name: "pay",
        label: say("payWith"),
        type: "select",
        value: this.pay,
        options: waysToPay.map((value) => ({ value, label: say(`pay_${value}`) })),
      },
      {
        name: "phone",
        label: say("phone"),
        type: "tel",
        required: this.pay !== "cash",
        ...(this.pay === "cash" ? { hint: say("phoneForCash") } : {}),
      },
      {
        name: "siteId",
        label: say("site"),
        type: "select",
        required: true,
        value: this.#siteId,
        // With several sites the seller must choose one. The next sale proposes the same site.
        options: [...(sites.size > 1 ? [{ value: "", label: say("none") }] : []), ...optionsOf(sites)],
      },
    ];
    const form = formCard({
      fields,
      submitText: say("sell"),
      submit: ({ pay, phone, ...order }, key) => {
        this.#siteId = String(order.siteId);
        return sell({ ...order, ...(phone === null ? {} : { phone }), ...(pay === "phone" ? {} : { pay }) }, key);
      },
      done: ({ payment }: { payment: PaymentDetail }) => {
        this.payment = payment;
        void this.#float.reload();
        void this.#sales.reload();
      },
    });
    return html`<div @input=${this.#chosen}>${form}</div>`;
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
