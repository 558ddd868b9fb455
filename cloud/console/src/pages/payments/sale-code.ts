import { css, html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import { type PaymentDetail, sendSaleCode } from "../../data/money/payments.ts";
import { say } from "../../strings/strings.ts";

/** The code of a sale, large enough to be read aloud over a counter, to be copied or sent again. */
class SaleCode extends appElement({
  payment: property<PaymentDetail>(),
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
    `,
  ];

  override render() {
    const { code, id } = this.payment;
    if (code === null) return nothing;
    const copy = () =>
      this.#actions.run(
        "copy",
        async () => navigator.clipboard.writeText(code),
        () => say("copied"),
      );
    const send = () =>
      this.#actions.run(
        "send",
        (key) => sendSaleCode(id, key),
        () => say("sentAgain"),
      );
    return html`<p class="soft">${say("saleCode")}</p>
      <p class="code">${code.match(/.{1,4}/g)?.join("-") ?? code}</p>
      <p class="soft">${say("saleCodeWhy")}</p>
      <p class="row below">
        <button @click=${copy} ?disabled=${this.#actions.busy !== ""}>${say("copy")}</button>
        ${
          this.may("payments.sell")
            ? html`<button @click=${send} ?disabled=${this.#actions.busy !== ""}>${say("sendAgain")}</button>`
            : nothing
        }
      </p>`;
  }
}
customElements.define("sale-code", SaleCode);
