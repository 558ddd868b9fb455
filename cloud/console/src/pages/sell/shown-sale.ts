import { css, html, type LitElement, nothing, type PropertyValues } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { isImmediate, type OwnSale, type PaymentDetail, readOwnSale, sendSaleCode } from "../../data/money/payments.ts";
import { money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say, word } from "../../strings/strings.ts";
import "../payments/sale-code.ts";
import { paymentBadge } from "../payments/payment-columns.ts";
import { inFours } from "../payments/sale-slips.ts";
import "./ask-refund.ts";
import { saleMessage } from "./sale-message.ts";

/** The customer has the prompt on the phone, or nobody knows yet: the seller is told as soon as it is decided. */
const undecided: readonly string[] = ["created", "sending", "prompted", "unknown"];
const askAgainMs = 3_000;
/** Something of it is told later: whether it is paid, or whether its message went out. */
const isOpen = ({ state, message }: OwnSale): boolean =>
  undecided.includes(state) || message?.state === "waiting" || message?.state === "sending";

/**
 * One sale at the counter: its code, what became of it and of its message, and a refund to ask for. `read` with the sale as the hub has it now;
 * `changed` when one's own sales are to be read again; `another` when the next customer is served.
 */
export class ShownSale extends appElement({
  payment: property<OwnSale>(),
  /** Those that were sold together with it. */
  others: property<readonly PaymentDetail[]>([]),
  asksRefund: state(false),
}) {
  /** Runs while something of it is told later. */
  #timer: ReturnType<typeof setTimeout> | null = null;
  readonly #actions = new PageActions(this);

  static override styles = [
    sharedStyles,
    css`
      .sale {
        scroll-margin: var(--space-3);
      }
      .sale:focus {
        outline: none;
      }
      /* Above the menu at the phone's foot. */
      @media (max-width: 899px) {
        .sale {
          scroll-margin-bottom: calc(68px + var(--space-3));
        }
      }
    `,
  ];

  override firstUpdated(changed: PropertyValues) {
    super.firstUpdated(changed);
    // A sale that was made just now comes without what is only known of one's own.
    if (this.payment.message === undefined) void this.#readAgain();
  }

  override updated(changed: PropertyValues) {
    super.updated(changed);
    if (!this.isConnected || !isOpen(this.payment) || this.#timer !== null) return;
    this.#timer = setTimeout(() => {
      this.#timer = null;
      void this.#readAgain();
    }, askAgainMs);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    if (this.#timer !== null) clearTimeout(this.#timer);
  }

  /** The sale comes into sight, and a screen reader says its code: the form that it takes the place of was scrolled, and had the focus. */
  async comeIntoSight(): Promise<void> {
    await this.updateComplete;
    await this.renderRoot.querySelector<LitElement>("sale-code")?.updateComplete;
    const sale = this.renderRoot.querySelector<HTMLElement>(".sale");
    if (sale === null) return;
    sale.focus({ preventScroll: true });
    sale.scrollIntoView({ block: sale.clientHeight < window.innerHeight - 100 ? "nearest" : "start" });
  }

  async #readAgain(): Promise<void> {
    const wasUndecided = undecided.includes(this.payment.state);
    const read = await readOwnSale(this.payment.id).catch(() => null);
    // Another sale is shown meanwhile.
    if (!this.isConnected) return;
    // Without an answer it is asked again: the update sets the timer.
    if (read === null) return this.requestUpdate();
    this.dispatchEvent(new CustomEvent("read", { detail: read }));
    if (wasUndecided && !undecided.includes(read.state)) this.dispatchEvent(new Event("changed"));
  }

  /** Who paid on the phone goes online there; for another device a code is made and sent. */
  #sendCode() {
    const { id } = this.payment;
    return this.#actions.run(
      "send",
      (key) => sendSaleCode(id, {}, key),
      async () => {
        await this.#readAgain();
        return say("codeSent");
      },
    );
  }

  override render() {
    const { payment } = this;
    const amount = money(payment.amountCents, payment.currency);
    const isPaid = payment.state.startsWith("paid");
    return html`<section
      class="card pad sale"
      role="group"
      tabindex="-1"
      aria-label=${this.#name(amount)}
      aria-describedby="outcome"
    >
      <p class="big">${amount}</p>
      <div role="status">
      <p class="panel" id="outcome">${paymentBadge(payment)} ${this.#outcome(amount)}</p>
      ${
        isPaid && payment.code === null && !isImmediate(payment)
          ? html`<p><button ?disabled=${this.#actions.busy !== ""} @click=${() => this.#sendCode()}>${say("sendCode")}</button></p>`
          : nothing
      }
      <sale-code .app=${this.app} .payment=${payment} .portal=${this.#portal()} .others=${this.others} @sent=${() => this.#readAgain()}></sale-code>
      </div>
      ${saleMessage(payment)} ${this.#refunds()}
      <p class="row below">
        <button class="primary" @click=${() => this.dispatchEvent(new Event("another"))}>${say("sellAnother")}</button>
        ${this.may("payments.read") ? html`<a class="button" href="#/payments/${payment.id}">${say("openPayment")}</a>` : nothing}
        ${
          isPaid && !this.may("payments.manage") && payment.refunds.length === 0
            ? html`<button aria-expanded=${this.asksRefund} @click=${() => (this.asksRefund = !this.asksRefund)}>${say("requestRefund")}</button>`
            : nothing
        }
      </p>
      ${this.asksRefund ? this.#refundForm() : nothing}
    </section>`;
  }

  /** What a screen reader says of it first. */
  #name(amount: string): string {
    const { code } = this.payment;
    return code === null ? amount : `${say("saleCode")}: ${inFours(code)}`;
  }

  #outcome(amount: string) {
    const { state, reason, planName } = this.payment;
    const plan = planTitle(planName);
    if (state.startsWith("paid")) return say("soldOne", { plan, amount });
    if (undecided.includes(state)) return say("promptSent", { plan, amount });
    return html`${say("notSold", { plan })}${reason === null ? nothing : html` ${word("reason", reason)}`}`;
  }

  /** Null until it is read: a seller can't ask for it by itself. */
  #portal(): string | null | undefined {
    return this.payment.portalAddress ?? (this.may("sites.read") ? undefined : null);
  }

  /** What was asked for of this sale, or given back. */
  #refunds() {
    const { refunds, currency } = this.payment;
    return refunds.map(
      ({ amountCents, state }) =>
        html`<p class="below">${say("refund")}: ${money(amountCents, currency)} <span class="badge">${word("refund", state)}</span></p>`,
    );
  }

  #refundForm() {
    return html`<ask-refund
      .app=${this.app}
      .payment=${this.payment}
      @cancel=${() => (this.asksRefund = false)}
      @done=${() => {
        this.asksRefund = false;
        this.#actions.notify(say("refundRequested"));
        void this.#readAgain();
        this.dispatchEvent(new Event("changed"));
      }}
    ></ask-refund>`;
  }
}
customElements.define("shown-sale", ShownSale);
