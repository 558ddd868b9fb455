import { html } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { ReadController } from "../../components/read-controller.ts";
import type { PaymentDetail } from "../../data/money/payments.ts";
import { askOwnRefund, type RefundOptions, readOwnRefundOptions } from "../../data/money/refunds.ts";
import { money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { impossibleMethods } from "../payments/refund-form.ts";

/** Asks for all that is left of one's own sale: it waits until somebody else has decided. `done` when it was asked for. */
class AskRefund extends appElement({
  payment: property<PaymentDetail>(),
}) {
  readonly #options = new ReadController<RefundOptions>(this, { read: () => readOwnRefundOptions(this.payment.id) });

  override render() {
    return this.#options.render((options) => html`${this.#form(options)} ${impossibleMethods(this.payment, options)}`);
  }

  #form({ leftCents, currency, methods }: RefundOptions) {
    const possible = methods.filter(({ problem }) => problem === null);
    if (possible.length === 0 || leftCents === 0) return html`<p class="below">${say("nothingToRefund")}</p>`;
    return formCard({
      title: say("requestRefund"),
      intro: say("askRefundWhy", { amount: money(leftCents, currency) }),
      fields: [
        {
          name: "method",
          label: say("refundMethod"),
          type: "select",
          value: possible.some(({ method }) => method === "cash") ? "cash" : (possible[0]?.method ?? ""),
          required: true,
          options: possible.map(({ method }) => ({ value: method, label: word("method", method) })),
        },
        { name: "reason", label: say("refundReason"), required: true },
      ],
      submitText: say("requestRefund"),
      submit: (values, key) => askOwnRefund(this.payment.id, values, key),
      done: () => this.dispatchEvent(new Event("done")),
      cancel: () => this.dispatchEvent(new Event("cancel")),
    });
  }
}
customElements.define("ask-refund", AskRefund);
