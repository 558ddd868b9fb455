import { html, nothing } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type AppContext, appElement } from "../../components/app-element.ts";
import { bringIntoView } from "../../components/bring-into-view.ts";
import { property } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { PageActions } from "../../components/page-actions.ts";
import { ReadController } from "../../components/read-controller.ts";
import { switchVoucher, type Voucher } from "../../data/catalogue/vouchers.ts";
import { type Refund, type RefundOptions, readRefundOptions } from "../../data/money/refunds.ts";
import { say, word } from "../../strings/strings.ts";
import { cashRefundFields, requestCashRefund } from "../refunds/cash-refund.ts";
import { whyItWaits } from "../refunds/silent-sites.ts";
import { heldCodesOf } from "./booking-words.ts";
import { grouped } from "./print-sheet.ts";
import { saySold } from "./say-sold.ts";

interface Ends {
  readonly done: (notice: string) => void;
  readonly cancel: () => void;
}

/**
 * The form that refunds a voucher: the whole price of an unused one, or what the money rules allow for a used one. The code
 * ends at every site. A code that nobody bought is not refunded: it is switched off, or somebody says first that it was sold.
 */
export const voucherRefund = (app: AppContext, voucher: Voucher, on: Ends): unknown =>
  keyed(
    voucher.voucherId,
    html`<voucher-refund .app=${app} .voucher=${voucher} .done=${on.done} .cancel=${on.cancel}></voucher-refund>`,
  );

class VoucherRefund extends appElement({
  voucher: property<Voucher>(),
  done: property<Ends["done"]>(),
  cancel: property<Ends["cancel"]>(),
}) {
  readonly #options = new ReadController<RefundOptions>(this, {
    read: () => readRefundOptions({ voucherId: this.voucher.voucherId }),
  });
  readonly #actions = new PageActions(this);

  /** What was read last: it comes into view once. */
  #shown: RefundOptions | null = null;

  override updated() {
    const { value } = this.#options;
    if (value === this.#shown) return;
    this.#shown = value;
    void bringIntoView(this.renderRoot.querySelector("section"));
  }

  override render() {
    return this.#options.render((options) => (options.sale === "booked" ? this.#form() : this.#unsold(options)));
  }

  get #title() {
    return html`${say("requestRefund")}: <span class="mono">${grouped(this.voucher.code)}</span>`;
  }

  #unsold({ sale }: RefundOptions) {
    const maySwitch = this.may("vouchers.manage") && this.voucher.state === "active";
    return html`<section class="card pad panel" role="status" tabindex="-1">
      <h2 class="panel">${this.#title}</h2>
      <p class="panel">
        ${word("unsoldCode", sale)}
        ${sale === "with-reseller" ? this.#whereBooked() : nothing}
      </p>
      <p class="row">
        ${maySwitch ? html`<button class="danger" @click=${this.#switchOff}>${say("switchOff")}</button>` : nothing}
        ${sale === "none" ? html`<button class="quiet" @click=${this.#declare}>${say("codeWasSold")}</button>` : nothing}
        <button class="quiet" @click=${this.cancel}>${say("cancel")}</button>
      </p>
    </section>`;
  }

  #whereBooked() {
    return heldCodesOf(this.app.user).map(([href, place]) => html`<a href=${href}>${say(place)}</a>`);
  }

  async #switchOff() {
    await this.#actions.run(
      "switch",
      () => switchVoucher(this.voucher.voucherId, false),
      () => {
        this.done(say("saved"));
        return undefined;
      },
    );
  }

  async #declare() {
    await saySold(this.#actions, this.voucher);
    await this.#options.reload();
  }

  #form() {
    const { voucher } = this;
    return formCard({
      title: this.#title,
      intro: say(voucher.state === "used" ? "voucherRefundUsed" : "voucherRefundWhy"),
      fields: cashRefundFields(voucher.currency, { isPhoneKnown: false }),
      submitText: say("requestRefund"),
      submit: (values, key) => requestCashRefund({ voucherId: voucher.voucherId }, values, key),
      done: (refund: Refund) => this.done(whyItWaits(refund) ?? say("refund_done")),
      cancel: this.cancel,
    });
  }
}
customElements.define("voucher-refund", VoucherRefund);
