import { html, nothing } from "lit";
import { type Field, type Values, withoutEmpty } from "../../components/action-form.ts";
import { elementWith, property, state } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import { beingRead, notRead } from "../../components/loading.ts";
import { problemText } from "../../components/problem-text.ts";
import { sharedStyles } from "../../components/shared-styles.ts";
import type { PaymentDetail } from "../../data/money/payments.ts";
import { askRefund, type RefundOptions, readRefundOptions } from "../../data/money.ts";
import { money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

/** Asks for money to be given back for one payment, in one of the ways that are possible for it. */
class RefundForm extends elementWith({
  payment: property<PaymentDetail>(),
  options: state<RefundOptions | null>(null),
  failed: state(""),
}) {
  override connectedCallback(): void {
    super.connectedCallback();
    queueMicrotask(() => void this.#read());
  }

  async #read(): Promise<void> {
    this.failed = "";
    try {
      this.options = await readRefundOptions({ paymentId: this.payment.id });
    } catch (error) {
      this.failed = problemText(error);
    }
  }

  static override styles = [sharedStyles];

  override render() {
    if (this.failed !== "") return notRead(this.failed, () => this.#read());
    if (this.options === null) return beingRead();
    return html`<section class="card pad panel">
      <h2>${say("askRefund")}</h2>
      ${this.#form(this.options)}
    </section>`;
  }

  #form({ leftCents, currency, methods }: RefundOptions) {
    const problems = methods.flatMap(({ method, problem }) => (problem === null ? [] : [{ method, problem }]));
    const fields: Field[] = [
      {
        name: "method",
        label: say("refundMethod"),
        type: "select",
        value: "credit",
        required: true,
        options: methods
          .filter(({ problem }) => problem === null)
          .map(({ method }) => ({ value: method, label: word("method", method) })),
      },
      {
        name: "amount",
        label: `${say("amount")} (${currency})`,
        type: "money",
        min: 0,
        hint: say("refundAllOf", { amount: money(leftCents, currency) }),
      },
      { name: "reason", label: say("refundReason"), required: true },
      { name: "revoke", label: say("revokeToo"), type: "checkbox", value: true },
    ];
    return html`${
      problems.length === methods.length
        ? nothing
        : html`<action-form
        class="below"
        .fields=${fields}
        submitText=${say("askRefund")}
        .submit=${({ amount, ...values }: Values, key: string) =>
          askRefund(
            {
              paymentId: this.payment.id,
              ...withoutEmpty(values),
              ...(amount === null ? {} : { amountCents: amount }),
            },
            key,
          )}
      ></action-form>`
    }
      ${
        problems.length === 0
          ? nothing
          : html`<details class="below">
              <summary>${say("otherWays")}</summary>
              ${facts(problems.map(({ method, problem }) => [word("method", method), problem]))}
            </details>`
      }`;
  }
}
customElements.define("refund-form", RefundForm);
