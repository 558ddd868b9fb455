import { css, html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import "../../components/overlay/copy-button.ts";
import { PageActions } from "../../components/page-actions.ts";
import { printSlip } from "../../components/print-slip.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type PaymentDetail, sendSaleCode } from "../../data/money/payments.ts";
import { money } from "../../strings/format.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";

/** The code of a sale, to be read aloud or shown over a counter, printed, copied, or sent again. */
class SaleCode extends appElement({
  payment: property<PaymentDetail>(),
  /** A number is asked for: who bought gave none. */
  asksPhone: state(false),
}) {
  readonly #actions = new PageActions(this);

  static override styles = [
    sharedStyles,
    css`
      .code {
        font: 700 clamp(1.9rem, 9vw, 2.6rem) / 1.3 ui-monospace, monospace;
        letter-spacing: 0.08em;
        overflow-wrap: anywhere;
        user-select: all;
      }
      dialog {
        width: 100vw;
        height: 100dvh;
        max-width: none;
        max-height: none;
        border: 0;
        padding: var(--space-5);
        background: var(--surface);
        color: var(--ink);
        text-align: center;
      }
      dialog[open] {
        display: grid;
        gap: var(--space-5);
        align-content: center;
        justify-items: center;
      }
      dialog .code {
        font-size: clamp(2.4rem, 13vw, 9rem);
        letter-spacing: 0.02em;
      }
      dialog .plan {
        font-size: clamp(1.2rem, 4vw, 2.4rem);
        font-weight: 700;
      }
    `,
  ];

  override render() {
    const { code, phone, moreCodes } = this.payment;
    if (code === null) return moreCodes.length === 0 ? nothing : this.#bundle(moreCodes);
    const isBusy = this.#actions.busy !== "";
    return html`<p class="soft">${say("saleCode")}</p>
      <p class="code">${inFours(code)}</p>
      <p class="soft">${say("saleCodeWhy")}</p>
      ${phone === null ? html`<p class="below">${say("noMessageSent")}</p>` : nothing}
      <p class="row below">
        <button @click=${this.#showLarge}>${say("showLarge")}</button>
        <button @click=${() => this.#print(code, ...moreCodes)}>${say("print")}</button>
        <copy-button text=${code} label=${say("copy")}></copy-button>
        ${this.#sendButton(isBusy)}
      </p>
      ${this.asksPhone ? this.#phoneForm() : nothing} ${moreCodes.length === 0 ? nothing : this.#bundle(moreCodes)}
      <dialog aria-label=${say("saleCode")}>
        <p class="plan">${planTitle(this.payment.planName)}</p>
        <p class="code">${inFours(code)}</p>
        <p>${say("voucherHow")}</p>
        <form method="dialog"><button class="primary">${say("close")}</button></form>
      </dialog>`;
  }

  /** The customer's own device has the first of them, or its code stands above. */
  #bundle(codes: readonly string[]) {
    return html`<p class="soft">${say("codesForOthers")}</p>
      ${codes.map((code) => html`<p class="code">${inFours(code)}</p>`)}
      <p class="row below"><button @click=${() => this.#print(...codes)}>${say("print")}</button></p>`;
  }

  /** To a number that nobody gave, a code is sent only by who may choose where messages go. */
  #sendButton(isBusy: boolean) {
    if (!this.may("payments.sell")) return nothing;
    if (this.payment.phone !== null)
      return html`<button @click=${this.#sendAgain} ?disabled=${isBusy}>${say("sendAgain")}</button>`;
    if (!this.may("messages.manage")) return nothing;
    return html`<button aria-expanded=${this.asksPhone} @click=${() => (this.asksPhone = !this.asksPhone)}>
      ${say("sendToPhone")}
    </button>`;
  }

  #phoneForm() {
    return formCard({
      fields: [{ name: "phone", label: say("phone"), type: "tel", required: true }],
      submitText: say("sendToPhone"),
      submit: ({ phone }, key) => sendSaleCode(this.payment.id, { phone }, key),
      done: () => {
        this.asksPhone = false;
        this.#actions.notify(say("codeSent"));
      },
      cancel: () => (this.asksPhone = false),
    });
  }

  #showLarge() {
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  #print(...codes: readonly string[]) {
    const { planName, amountCents, currency } = this.payment;
    printSlip([
      ["name", this.app.providerName],
      ...codes.map((code) => ["code", inFours(code)] as const),
      ["plan", `${planTitle(planName)} · ${money(amountCents, currency)}`],
      ["how", say("voucherHow")],
    ]);
  }

  #sendAgain() {
    return this.#actions.run(
      "send",
      (key) => sendSaleCode(this.payment.id, {}, key),
      () => {
        this.dispatchEvent(new Event("sent"));
        return say("sentAgain");
      },
    );
  }
}
customElements.define("sale-code", SaleCode);

/** `ABCDEFGH` -> `ABCD-EFGH`. */
const inFours = (code: string): string => code.match(/.{1,4}/g)?.join("-") ?? code;
