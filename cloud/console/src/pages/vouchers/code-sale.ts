import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import type { Voucher } from "../../data/catalogue/vouchers.ts";
import { type RefundOptions, readRefundOptions } from "../../data/money/refunds.ts";
import { say } from "../../strings/strings.ts";
import { saySold } from "./say-sold.ts";

/** Of a code that nobody bought, as far as the books know: who sold it for cash says so. Nothing of others. `done` when somebody said so. */
class CodeSale extends appElement({
  voucher: property<Voucher>(),
  done: property<() => Promise<unknown>>(),
}) {
  readonly #options = new ReadController<RefundOptions>(this, {
    read: () => readRefundOptions({ voucherId: this.voucher.voucherId }),
    topics: ["voucher"],
  });
  readonly #actions = new PageActions(this, () => Promise.all([this.#options.reload(), this.done()]));

  override render() {
    if (this.#options.value?.sale !== "none") return nothing;
    return html`<p class="row panel">
      <button @click=${() => void saySold(this.#actions, this.voucher)}>${say("codeWasSold")}</button>
      <span class="soft">${say("codeNotSold")}</span>
    </p>`;
  }
}
customElements.define("code-sale", CodeSale);
