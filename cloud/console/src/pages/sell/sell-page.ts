import { css, html, nothing, type PropertyValues } from "lit";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { problemText } from "../../components/problem-text.ts";
import { ReachController } from "../../components/reach-controller.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { emptyState, stateStyles } from "../../components/states/empty-state.ts";
import { tileStyles } from "../../components/tiles.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import { type OfferNow, readOffer } from "../../data/catalogue/promotions.ts";
import { type OwnFloat, readOwnFloat } from "../../data/money/floats.ts";
import { type OpenSale, openSalesOf } from "../../data/money/open-sales.ts";
import {
  isImmediate,
  type OwnSale,
  type OwnSales,
  ownSalesPath,
  type PaymentDetail,
  readOwnSale,
  sendSaleCode,
} from "../../data/money/payments.ts";
import type { SoldSeveral } from "../../data/money/sell-several.ts";
import { type Names, readNamesOrFail } from "../../data/names.ts";
import { money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import "../payments/sale-code.ts";
import { paymentBadge } from "../payments/payment-columns.ts";
import "./ask-refund.ts";
import "./own-refunds.ts";
import { customerGets } from "./customer-gets.ts";
import { listStyle } from "./list-style.ts";
import { awayNotice, openSaleCards } from "./open-sale-cards.ts";
import { emptyFloat, floatTile } from "./own-float.ts";
import { saleFields, type WayToPay, waysToPay } from "./sale-fields.ts";
import { saleMessage } from "./sale-message.ts";
import { soldToday } from "./sold-today.ts";

interface Offer {
  readonly sites: Names;
  /** The plans on sale. */
  readonly plans: readonly Plan[];
}

/** The customer has the prompt on the phone, or nobody knows yet: the seller is told as soon as it is decided. */
const undecided: readonly string[] = ["created", "sending", "prompted", "unknown"];
const askAgainMs = 3_000;
/** Something of it is told later: whether it is paid, or whether its message went out. */
const isOpen = ({ state, message }: OwnSale): boolean =>
  undecided.includes(state) || message?.state === "waiting" || message?.state === "sending";

/**
 * Sells a plan to a customer at the counter, who pays in cash, by a prompt on the phone, or from credit. Cash needs no phone: then
 * the code is shown and printed, and no message is sent. Beside the form: what the customer gets, and one's own sales of today,
 * each of which opens again for a customer who comes back.
 */
class SellPage extends appElement({
  /** The sale that is shown: the last one, until the next one begins, or an earlier one of today. */
  payment: state<OwnSale | null>(null),
  /** Those that were sold together with it. */
  others: state<readonly PaymentDetail[]>([]),
  /** As chosen in the form. */
  planId: state(""),
  /** What it costs at the chosen site, with the code; null: not read. */
  offer: state<{ readonly of: string; readonly now: OfferNow } | null>(null),
  /** A refund of the shown sale is being asked for. */
  asksRefund: state(false),
  pay: state<WayToPay>("cash"),
}) {
  /** The site that is chosen, or of the last sale. */
  #siteId = "";
  #kept: ReturnType<typeof openSalesOf> | null = null;
  /** The discount code that is typed. */
  #code = "";
  /** Runs while it is not decided whether the shown sale is paid. */
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #reach = new ReachController(this);
  readonly #actions = new PageActions(this);
  readonly #offer = new ReadController<Offer>(this, {
    read: async () => ({
      sites: await readNamesOrFail("sellingPlaces"),
      // As on the customers' portal: a seller finds a plan where the customer points at it.
      plans: (await plansToChoose()).filter(({ active }) => active).sort((a, b) => a.priceCents - b.priceCents),
    }),
  });
  /** The seller's float; null for office staff, whose cash belongs to the office. */
  readonly #float = new ReadController<OwnFloat>(this, { read: readOwnFloat });

  get #ownFloat(): OwnFloat["float"] {
    return this.#float.value?.float ?? null;
  }

  readonly #sales = new ReadController<OwnSales>(this, { path: () => ownSalesPath, topics: ["payment"] });

  static override styles = [
    sharedStyles,
    tileStyles,
    stateStyles,
    listStyle,
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
      .right {
        display: flex;
        align-items: center;
        gap: var(--space-3);
      }
    `,
  ];

  override updated(changed: PropertyValues) {
    super.updated(changed);
    const { payment } = this;
    if (payment === null || !isOpen(payment) || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      if (this.payment?.id === payment.id) void this.#readAgain(payment.id);
      else this.requestUpdate();
    }, askAgainMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  async #readAgain(id: string): Promise<void> {
    // Without an answer it is asked again: the update sets the timer.
    const read = await readOwnSale(id).catch(() => null);
    if (this.payment?.id !== id) return;
    const wasUndecided = undecided.includes(this.payment.state);
    if (read !== null) this.payment = read;
    this.requestUpdate();
    if (wasUndecided && read !== null && !undecided.includes(read.state)) void this.#sales.reload();
  }

  override render() {
    return html`<div class="head"><h1>${say("sell")}</h1></div>
      ${this.#reach.isReached ? html`<p class="soft panel">${say(this.may("payments.manage") ? "sellWhy" : "sellWhyOwn")}</p>` : awayNotice(() => void this.#sales.reload())}
      ${this.#offer.render((offer) => this.#body(offer))}`;
  }

  #body({ plans, sites }: Offer) {
    if (plans.length === 0) return this.#missing(say("noPlansOnSale"), "plans.manage", "plans", say("addPlan"));
    if (sites.size === 0) return this.#missing(say("noSellingPlaces"), "sites.manage", "sites", say("addSite"));
    const plan = plans.find(({ planId }) => planId === this.planId) ?? plans.find(({ active }) => active);
    return html`<div class="counter">
      <div>${emptyFloat(this.#ownFloat, this.may("ledger.read"))} ${this.#openSaleCards(plans)} ${this.payment === null ? this.#form(plans, sites) : this.#sale(this.payment)}</div>
      <div class="beside">
        ${this.payment === null && plan !== undefined ? customerGets(plan, this.offer?.of === this.#offerName(plan.planId) ? this.offer.now : null) : nothing} ${floatTile(this.#ownFloat)}
        ${this.#soldToday()}
        <p class="below"><a href="#/own-revenue">${say("ownRevenue")}</a></p>
        ${this.#ownRefunds()}
      </div>
    </div>`;
  }

  #soldToday() {
    const seen = { zone: this.app.zone, mayRead: this.may("payments.read"), open: (id: string) => void this.#open(id) };
    return this.#sales.render((sales) => soldToday(sales, seen));
  }

  #ownRefunds() {
    const { value } = this.#sales;
    if (value === null) return nothing;
    return html`<own-refunds .app=${this.app} .refunds=${value.refunds} @changed=${() => this.#sales.reload()}></own-refunds>`;
  }

  /** For a customer who comes back: the code is shown, printed or sent once more. */
  #open(id: string) {
    return this.#actions.run(
      `open/${id}`,
      () => readOwnSale(id),
      async (payment) => {
        this.payment = payment;
        this.others = [];
        this.asksRefund = false;
        await this.updateComplete;
        this.renderRoot.querySelector(".sale")?.scrollIntoView({ block: "center" });
        return "";
      },
    );
  }

  /** Who paid on the phone goes online there; for another device a code is made and sent. */
  #sendCode(id: string) {
    return this.#actions.run(
      `send/${id}`,
      (key) => sendSaleCode(id, {}, key),
      async () => {
        await this.#readAgain(id);
        return say("codeSent");
      },
    );
  }

  #offerName(planId: string): string {
    return `${planId} ${this.#siteId} ${this.#code}`;
  }

  /** The price of the chosen site and code. A code that does not hold is said when it is sold. */
  async #readPrice(): Promise<void> {
    const planId = this.planId || (this.#offer.value?.plans[0]?.planId ?? "");
    const siteId = this.#siteId || (this.#offer.value?.sites.keys().next().value ?? "");
    if (planId === "" || siteId === "") return;
    const of = this.#offerName(planId);
    const code = this.#code === "" ? {} : { code: this.#code };
    const now = await readOffer({ siteId, planId, ...code }).catch(() => null);
    this.offer = now === null ? null : { of, now };
  }

  /** What stands beside the form follows what is chosen in it. */
  #chosen(event: Event): void {
    const field = event.composedPath()[0];
    // A code is asked about when it is whole: each wrong one counts.
    if (field instanceof HTMLInputElement && field.name === "code" && event.type === "focusout") {
      this.#code = field.value.trim();
      void this.#readPrice();
    }
    if (!(field instanceof HTMLSelectElement) && !(field instanceof HTMLInputElement && field.type === "radio")) return;
    if (event.type !== "input") return;
    if (field.name === "planId") this.planId = field.value;
    if (field.name === "siteId") this.#siteId = field.value;
    if (field.name === "planId" || field.name === "siteId") void this.#readPrice();
    if (field.name === "pay") this.pay = waysToPay.find((way) => way === field.value) ?? "cash";
  }

  /** What a sale needs is not there yet: a link for who may add it. */
  #missing(text: string, permission: string, path: string, add: string) {
    const action = this.may(permission) ? html`<a class="button primary" href="#/${path}">${add}</a>` : nothing;
    return html`<section class="card">${emptyState(text, { picture: "signal", action })}</section>`;
  }

  #form(plans: readonly Plan[], sites: Names) {
    const fields = saleFields(
      { plans, sites },
      {
        planId: this.planId,
        siteId: this.#siteId,
        code: this.#code,
        pay: this.pay,
        // Credit is the customer's: who may only sell spends none of it.
        ways: waysToPay.filter((way) => way !== "credit" || this.may("payments.manage")),
      },
    );
    const form = formCard({
      fields,
      submitText: say("sell"),
      isLarge: true,
      submit: ({ pay, phone, code, count = "1", ...order }, key) => {
        this.#siteId = String(order.siteId);
        const offered = {
          ...(code === null ? {} : { code }),
          // Nobody is asked for more than stands beside the form.
          ...(this.offer?.of === this.#offerName(String(order.planId))
            ? { expectsCents: this.offer.now.priceCents }
            : {}),
        };
        const all = { ...order, ...offered, ...(phone === null ? {} : { phone }), ...(pay === "phone" ? {} : { pay }) };
        const selling = this.#openSales().sell({ order: all, count: Number(count) }, key);
        return selling.finally(() => this.requestUpdate());
      },
      done: (sold) => this.#showSold(sold as SoldSeveral),
    });
    return html`<div @input=${this.#chosen} @focusout=${this.#chosen}>${form}</div>`;
  }

  #showSold({ payments, stoppedBy }: SoldSeveral): void {
    const [payment, ...others] = payments as [PaymentDetail, ...PaymentDetail[]];
    if (stoppedBy !== null)
      this.#actions.notify(`${say("soldFewer", { count: payments.length })} ${problemText(stoppedBy)}`, true);
    this.payment = payment;
    this.others = others;
    this.asksRefund = false;
    this.#code = "";
    this.offer = null;
    void this.#readAgain(payment.id);
    void this.#float.reload();
    void this.#sales.reload();
  }

  #openSales() {
    this.#kept ??= openSalesOf(this.app.user.userId, { store: sessionStorage, nowMs: () => Date.now() });
    return this.#kept;
  }

  /** The form of a lost sale may be open still: then it says so itself, and goes on with the same key. */
  #openSaleCards(plans: readonly Plan[]) {
    return openSaleCards(this.#openSales().list(), {
      plans,
      zone: this.app.zone,
      isBusy: this.#actions.busy !== "",
      finish: (sale: OpenSale) =>
        void this.#actions.run(
          `finish/${sale.key}`,
          () => this.#openSales().sell(sale, sale.key),
          (sold) => {
            this.#showSold(sold);
            return "";
          },
        ),
      drop: ({ key }) => {
        this.#openSales().drop(key);
        this.requestUpdate();
      },
    });
  }

  #outcome({ state, reason, planName }: PaymentDetail, amount: string) {
    const plan = planTitle(planName);
    if (state.startsWith("paid")) return say("soldOne", { plan, amount });
    if (undecided.includes(state)) return say("promptSent", { plan, amount });
    return html`${say("notSold", { plan })}${reason === null ? nothing : html` ${word("reason", reason)}`}`;
  }

  #sale(payment: PaymentDetail) {
    const amount = money(payment.amountCents, payment.currency);
    const isPaid = payment.state.startsWith("paid");
    return html`<section class="card pad sale" role="status">
      <p class="big">${amount}</p>
      <p class="panel">${paymentBadge(payment)} ${this.#outcome(payment, amount)}</p>
      ${
        isPaid && payment.code === null && !isImmediate(payment)
          ? html`<p><button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#sendCode(payment.id)}>${say("sendCode")}</button></p>`
          : nothing
      }
      <sale-code .app=${this.app} .payment=${payment} .portal=${this.#portalOf(payment)} .others=${this.others} @sent=${() => this.#readAgain(payment.id)}></sale-code>
      ${saleMessage(payment)} ${this.#refunds(payment)}
      <p class="row below">
        <button class="primary" @click=${() => (this.payment = null)}>${say("sellAnother")}</button>
        ${this.may("payments.read") ? html`<a class="button" href="#/payments/${payment.id}">${say("openPayment")}</a>` : nothing}
        ${
          isPaid && !this.may("payments.manage") && payment.refunds.length === 0
            ? html`<button aria-expanded=${this.asksRefund} @click=${() => (this.asksRefund = !this.asksRefund)}>${say("requestRefund")}</button>`
            : nothing
        }
      </p>
      ${this.asksRefund ? this.#refundForm(payment) : nothing}
    </section>`;
  }

  /** Null until it is read: a seller can't ask for it by itself. */
  #portalOf({ portalAddress }: OwnSale): string | null | undefined {
    return portalAddress ?? (this.may("sites.read") ? undefined : null);
  }

  /** What was asked for of this sale, or given back. */
  #refunds({ refunds, currency }: OwnSale) {
    return refunds.map(
      ({ amountCents, state }) =>
        html`<p class="below">${say("refund")}: ${money(amountCents, currency)} <span class="badge">${word("refund", state)}</span></p>`,
    );
  }

  #refundForm(payment: OwnSale) {
    return html`<ask-refund
      .app=${this.app}
      .payment=${payment}
      @cancel=${() => (this.asksRefund = false)}
      @done=${() => {
        this.asksRefund = false;
        this.#actions.notify(say("refundRequested"));
        void this.#readAgain(payment.id);
        void this.#sales.reload();
      }}
    ></ask-refund>`;
  }
}
customElements.define("sell-page", SellPage);
