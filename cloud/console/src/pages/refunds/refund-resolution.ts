import { html, nothing } from "lit";
import { type Field, given, type Values, withoutEmpty } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { rawText } from "../../components/raw-text.ts";
import { ReadController } from "../../components/read-controller.ts";
import {
  type Refund,
  type RefundOptions,
  readRefundOptions,
  resolveRefund,
  retryRefund,
} from "../../data/money/refunds.ts";
import { money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";
import { type Resolution, resolutionText } from "./resolutions.ts";
import "../../components/action-form.ts";

const usualMethods = {
  payment: ["reversal", "payout", "channel", "credit", "cash"],
  voucher: ["credit", "cash"],
} as const;

/** Resolves a refund: tries it again with a method that is possible, or records what a person has found out. */
class RefundResolution extends appElement({
  refund: property<Refund>(),
  resolution: property<Resolution>(),
}) {
  /** Null: the options could not be read. The hub then refuses a method that is not possible. */
  readonly #options = new ReadController<RefundOptions | null>(this, {
    read: async () => (this.resolution === "retry" ? readRefundOptions(this.refund).catch(() => null) : null),
  });

  override render() {
    const { refund, resolution } = this;
    const text = resolutionText(resolution);
    return html`<section class="card pad panel">
      <h2 class="panel">${text}: ${money(refund.amountCents, refund.currency)}</h2>
      ${resolution === "retry" ? rawText(refund.problem) : nothing}
      <action-form .fields=${this.#fields()} submitText=${text} .submit=${(values: Values, key: string) => this.#send(values, key)}
        ><button type="button" class="quiet" @click=${() => this.dispatchEvent(new CustomEvent("cancel"))}>
          ${say("cancel")}
        </button></action-form
      >
    </section>`;
  }

  #fields(): Field[] {
    const { refund, resolution } = this;
    if (resolution !== "retry") {
      const note: Field = { name: "note", label: say("whatYouFound"), required: true };
      return resolution === "paid"
        ? [note, { name: "receipt", label: say("receipt"), hint: say("ifThereIsOne") }]
        : [note];
    }
    const possible = this.#options.value?.methods.filter(({ problem }) => problem === null).map(({ method }) => method);
    const methods = possible ?? usualMethods[refund.voucherId === null ? "payment" : "voucher"];
    const onlyFor = { field: "method", value: "credit" };
    const phone: Field = { name: "phone", label: say("phone"), type: "tel", onlyFor, hint: say("creditPhoneHint") };
    return [
      {
        name: "method",
        label: say("refundMethod"),
        type: "select",
        value: refund.method,
        options: methods.map((method) => ({ value: method, label: word("method", method) })),
      },
      ...(refund.voucherId === null ? [] : [phone]),
    ];
  }

  #send(values: Values, key: string): Promise<Refund> {
    const order = withoutEmpty(values);
    if (this.resolution === "retry") return retryRefund(this.refund.id, order, key);
    return resolveRefund(this.refund.id, given({ ...order, outcome: this.resolution }), key);
  }
}
customElements.define("refund-resolution", RefundResolution);
