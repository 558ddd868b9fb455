import { css, html, nothing, type PropertyValues } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { readAddress } from "../../address.ts";
import type { ActionForm, Values } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { problemText } from "../../components/problem-text.ts";
import { ReachController } from "../../components/reach-controller.ts";
import { ReadController } from "../../components/read-controller.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { emptyState, stateStyles } from "../../components/states/empty-state.ts";
import { remember, remembered } from "../../components/table/remembered.ts";
import { tileStyles } from "../../components/tiles.ts";
import { type Plan, plansToChoose } from "../../data/catalogue/plans.ts";
import { type OfferNow, readOffer } from "../../data/catalogue/promotions.ts";
import { type OwnFloat, readOwnFloat } from "../../data/money/floats.ts";
import {
  type OwnSale,
  type OwnSales,
  ownSalesPath,
  type PaymentDetail,
  readOwnSale,
  readSoldTo,
  type SoldTo,
} from "../../data/money/payments.ts";
import { type OpenSale, openSalesOf } from "../../data/money/selling/open-sales.ts";
import type { SoldSeveral } from "../../data/money/selling/sell-several.ts";
import { type Names, readNamesOrFail } from "../../data/names.ts";
import { ApiError } from "../../hub/api.ts";
import { say } from "../../strings/strings.ts";
import "./own-refunds.ts";
import { customerGets } from "./customer-gets.ts";
import { listStyle } from "./list-style.ts";
import { awayNotice, openSaleCards } from "./open-sale-cards.ts";
import { emptyFloat, floatTile, missingFloat } from "./own-float.ts";
import { saleFields, type WayToPay, waysToPay } from "./sale-fields.ts";
import type { ShownSale } from "./shown-sale.ts";
import "./shown-sale.ts";
import { type Seen, soldBefore, soldToday } from "./sold-today.ts";

interface Offer {
  readonly sites: Names;
  /** The plans on sale. */
  readonly plans: readonly Plan[];
}

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
  pay: state<WayToPay>("cash"),
  count: state(1),
  /** What was sold to the number that was looked for; null: none was. */
  soldTo: state<SoldTo | null>(null),
}) {
  /** The site that is chosen, or of the last sale in this browser. */
  #siteId = "";
  #kept: ReturnType<typeof openSalesOf> | null = null;
  /** The discount code that is typed. */
  #code = "";
  /** For which choice the price was asked for last. */
  #priceRead = "";
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
      .form-card {
        scroll-margin: var(--space-3);
      }
      .beside {
        display: grid;
        gap: 1rem;
      }
      summary {
        font-weight: 700;
        cursor: pointer;
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
      <div>${emptyFloat(this.#ownFloat, this.may("ledger.read"))} ${this.#openSaleCards(plans)} ${this.payment === null ? this.#form(plans, sites) : this.#shownSale(this.payment)}</div>
      <div class="beside">
        ${this.payment === null && plan !== undefined ? customerGets(plan, this.offer?.of === this.#offerName(plan.planId) ? this.offer.now : null) : nothing} ${floatTile(this.#ownFloat)}
        ${this.#soldToday()} ${this.#soldBefore()}
        <p class="below"><a href="#/own-revenue">${say("ownRevenue")}</a></p>
        ${this.#ownRefunds()}
      </div>
    </div>`;
  }

  get #seen(): Seen {
    return { zone: this.app.zone, mayRead: this.may("payments.read"), open: (id: string) => void this.#open(id) };
  }

  #soldToday() {
    return this.#sales.render((sales) => soldToday(sales, this.#seen));
  }

  /** A customer comes back on another day: what one sold to their number, and nobody else's sales. */
  #soldBefore() {
    return html`<details class="card pad">
      <summary>${say("soldBefore")}</summary>
      <p class="soft below">${say("soldBeforeWhy")}</p>
      <action-form
        class="below"
        .fields=${[{ name: "phone", label: say("soldBeforeNumber"), type: "tel", required: true }]}
        submitText=${say("lookUp")}
        .submit=${({ phone }: Values) => readSoldTo(String(phone))}
        @done=${(event: CustomEvent<SoldTo>) => {
          event.stopPropagation();
          this.soldTo = event.detail;
        }}
      ></action-form>
      ${this.soldTo === null ? nothing : soldBefore(this.soldTo, this.#seen)}
    </details>`;
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
        await this.#meetSale();
        return "";
      },
    );
  }

  async #meetSale(): Promise<void> {
    await this.updateComplete;
    await this.renderRoot.querySelector<ShownSale>("shown-sale")?.comeIntoSight();
  }

  /** The next customer is served: at the first question of the form. */
  async #sellAnother(): Promise<void> {
    this.payment = null;
    await this.updateComplete;
    const form = this.renderRoot.querySelector<ActionForm>("action-form");
    await form?.updateComplete;
    const first = form?.renderRoot.querySelector<HTMLElement>("input:checked, input, select");
    first?.focus({ preventScroll: true });
    form?.closest("section")?.scrollIntoView({ block: "start" });
  }

  #offerName(planId: string): string {
    return `${planId} ${this.#siteId} ${this.#code}`;
  }

  /** What the form begins with has its price too: where nothing is chosen, what is shown is sold all the same. */
  override updated(changed: PropertyValues) {
    super.updated(changed);
    const { value } = this.#offer;
    if (value === null || this.payment !== null) return;
    const [only, ...others] = value.sites.keys();
    if (this.#siteId === "" && only !== undefined && others.length === 0) this.#siteId = only;
    const planId = this.planId || (value.plans[0]?.planId ?? "");
    if (this.#siteId !== "" && this.#priceRead !== this.#offerName(planId)) void this.#readPrice();
  }

  /** The price of the chosen site and code. A code that does not hold is said when it is sold. */
  async #readPrice(): Promise<void> {
    const planId = this.planId || (this.#offer.value?.plans[0]?.planId ?? "");
    const siteId = this.#siteId || (this.#offer.value?.sites.keys().next().value ?? "");
    if (planId === "" || siteId === "") return;
    const of = this.#offerName(planId);
    this.#priceRead = of;
    const code = this.#code === "" ? {} : { code: this.#code };
    const now = await readOffer({ siteId, planId, ...code }).catch(() => null);
    // Another package, site or code was chosen meanwhile: a late answer must not take the place of theirs.
    if (this.#priceRead !== of) return;
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
    if (field.name === "count") this.count = Number(field.value);
    if (field.name === "pay") {
      this.pay = waysToPay.find((way) => way === field.value) ?? "cash";
      // How many are sold for cash is asked anew, and begins with one.
      this.count = 1;
    }
  }

  /** What a sale needs is not there yet: a link for who may add it. */
  #missing(text: string, permission: string, path: string, add: string) {
    const action = this.may(permission) ? html`<a class="button primary" href="#/${path}">${add}</a>` : nothing;
    return html`<section class="card">${emptyState(text, { picture: "signal", action })}</section>`;
  }

  /** What the chosen packages cost together. */
  #price(plans: readonly Plan[]) {
    const { priceCents, currency } = this.#priceOf(plans, this.planId);
    return { priceCents: priceCents * this.count, currency };
  }

  /** What stands beside the form: of the chosen site, where that is known. */
  #priceOf(plans: readonly Plan[], chosenId: string): { readonly priceCents: number; readonly currency: string } {
    const plan = plans.find(({ planId }) => planId === chosenId) ?? plans[0];
    if (plan === undefined) return { priceCents: 0, currency: "" };
    return this.offer?.of === this.#offerName(plan.planId) ? this.offer.now : plan;
  }

  #form(plans: readonly Plan[], sites: Names) {
    if (this.#siteId === "") this.#siteId = lastSiteOf(this.app.user.userId, sites);
    const fields = saleFields(
      { plans, sites },
      {
        planId: this.planId,
        siteId: this.#siteId,
        code: this.#code,
        pay: this.pay,
        phone: readAddress(location.hash).query.get("phone") ?? "",
        // Credit is the customer's: who may only sell spends none of it.
        ways: waysToPay.filter((way) => way !== "credit" || this.may("payments.manage")),
      },
    );
    const form = formCard({
      fields,
      submitText: say("sell"),
      isLarge: true,
      missing: this.pay === "cash" ? missingFloat(this.#ownFloat, this.#price(plans)) : "",
      submit: ({ planId, siteId, pay, phone, code, count = "1" }, key) => {
        this.#siteId = siteId;
        this.#code = code ?? "";
        remember(lastSite(this.app.user.userId), this.#siteId);
        const { priceCents: expectsCents, currency: expectsCurrency } = this.#priceOf(plans, planId);
        const offered = {
          ...(code === null ? {} : { code }),
          // Nobody is asked for more than stands beside the form, also where the site's own price is not read.
          expectsCents,
          expectsCurrency,
        };
        const order = {
          planId,
          siteId,
          ...offered,
          ...(phone === null ? {} : { phone }),
          ...(pay === "phone" ? {} : { pay }),
        };
        const selling = this.#openSales().sell({ order, count: Number(count) }, key);
        return selling
          .catch((error) => {
            if (error instanceof ApiError && error.code === "price-changed") void this.#readPrice();
            throw error;
          })
          .finally(() => this.requestUpdate());
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
    this.count = 1;
    this.#code = "";
    this.offer = null;
    this.#priceRead = "";
    void this.#float.reload();
    void this.#sales.reload();
    void this.#meetSale();
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

  /** Each sale has an element of its own: what was begun at the last one ends with it. */
  #shownSale(payment: OwnSale) {
    return keyed(
      payment.id,
      html`<shown-sale
        .app=${this.app}
        .payment=${payment}
        .others=${this.others}
        @read=${({ detail }: CustomEvent<OwnSale>) => {
          if (this.payment?.id === detail.id) this.payment = detail;
        }}
        @changed=${() => this.#sales.reload()}
        @another=${() => void this.#sellAnother()}
      ></shown-sale>`,
    );
  }
}
customElements.define("sell-page", SellPage);

/** Each who sells in this browser has a site of their own: by its id, which says nothing of a customer. */
const lastSite = (userId: string): string => `sell-site-${userId}`;

/** Empty: none, or one where nothing is sold any more. */
function lastSiteOf(userId: string, sites: Names): string {
  const siteId = remembered(lastSite(userId), "");
  return sites.has(siteId) ? siteId : "";
}
