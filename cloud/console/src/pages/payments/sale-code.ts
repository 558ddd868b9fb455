import { css, html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property, state } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import "../../components/overlay/copy-button.ts";
import { PageActions } from "../../components/page-actions.ts";
import { printSlips } from "../../components/print/print-slips.ts";
import "../../components/qr-code.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { readPortalAddress } from "../../data/catalogue/printing.ts";
import { type OwnSale, type PaymentDetail, sendSaleCode } from "../../data/money/payments.ts";
import { planTitle } from "../../strings/plan-title.ts";
import { say } from "../../strings/strings.ts";
import { codeInQr, inFours, saleSlips } from "./sale-slips.ts";

/** The code of a sale, to be read aloud or shown over a counter, printed, copied, or sent again. */
class SaleCode extends appElement({
  payment: property<OwnSale>(),
  /** Where phones on the site's Wi-Fi reach its portal; null: not known; left out: it is asked for. */
  portal: property<string | null | undefined>(undefined),
  /** Sales that were made together with it: their codes stand and are printed with its own. */
  others: property<readonly PaymentDetail[]>([]),
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
      .others {
        margin: 0;
        padding: 0;
        list-style: none;
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
      dialog qr-code {
        --qr-width: min(70vw, 45dvh);
        width: var(--qr-width);
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
      <p class="soft">${say(phone === null ? "saleCodeTyped" : "saleCodeWhy")}</p>
      ${phone === null ? html`<p class="below">${say("noMessageSent")}</p>` : nothing}
      <p class="row below">
        <button @click=${this.#showLarge}>${say("showLarge")}</button>
        <button @click=${() => this.#print(code, ...moreCodes)} class=${this.others.length > 0 ? "primary" : ""}>${say("print")}</button>
        <copy-button text=${code} label=${say("copy")}></copy-button>
        ${this.#sendButton(isBusy)}
      </p>
      ${this.asksPhone ? this.#phoneForm() : nothing} ${this.#others()} ${moreCodes.length === 0 ? nothing : this.#bundle(moreCodes)}
      <dialog aria-label=${say("saleCode")}>
        <p class="plan">${planTitle(this.payment.planName)}</p>
        <p class="code">${inFours(code)}</p>
        <qr-code text=${codeInQr(this.portal ?? null, code)} label=${say("codeAsQr")}></qr-code>
        <p>${say("voucherHow")}</p>
        <form method="dialog"><button class="primary">${say("close")}</button></form>
      </dialog>`;
  }

  #others() {
    if (this.others.length === 0) return nothing;
    return html`<p class="soft below">${say("soldTogether", { count: this.others.length + 1 })}</p>
      <ol class="others">
        ${this.others.map(({ code }) => html`<li class="code">${code === null ? "…" : inFours(code)}</li>`)}
      </ol>`;
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

  async #showLarge() {
    await this.#askPortal();
    this.renderRoot.querySelector("dialog")?.showModal();
  }

  async #print(...codes: readonly string[]) {
    await this.#askPortal();
    const providerName = this.payment.providerName ?? this.app.providerName;
    const at = { providerName, zone: this.app.zone, portal: this.portal ?? null };
    const others = this.others.flatMap((sale) => (sale.code === null ? [] : saleSlips(sale, [sale.code], at)));
    await printSlips([...saleSlips(this.payment, codes, at), ...others]);
  }

  /** A seller's own sale comes with it. */
  async #askPortal() {
    if (this.portal !== undefined || !this.may("sites.read")) return;
    const known = await readPortalAddress(this.payment.siteId).catch(() => null);
    this.portal = known?.typed ?? known?.ofSetUp ?? null;
    await this.updateComplete;
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
