import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
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
    const form = resolution === "retry" ? this.#retry() : this.#end(resolution);
    return html`<section class="card pad panel">
      <h2 class="panel">${text}: ${money(refund.amountCents, refund.currency)}</h2>
      ${resolution === "retry" ? rawText(refund.problem) : nothing}
      <action-form .fields=${form.fields} submitText=${text} .submit=${form.submit}
        ><button type="button" class="quiet" @click=${() => this.dispatchEvent(new CustomEvent("cancel"))}>
          ${say("cancel")}
        </button></action-form
      >
    </section>`;
  }

  #retry() {
    const { refund } = this;
    const possible = this.#options.value?.methods.filter(({ problem }) => problem === null).map(({ method }) => method);
    const methods = possible ?? usualMethods[refund.voucherId === null ? "payment" : "voucher"];
    const onlyFor = { field: "method", value: "credit" };
    const fields = [
      {
        name: "method",
        label: say("refundMethod"),
        type: "select",
        value: refund.method,
        options: methods.map((method) => ({ value: method, label: word("method", method) })),
      },
      ...(refund.voucherId === null
        ? ([] as const)
        : ([{ name: "phone", label: say("phone"), type: "tel", onlyFor, hint: say("creditPhoneHint") }] as const)),
    ] as const satisfies Fields;
    const submit = (values: ValuesOf<typeof fields>, key: string) => retryRefund(refund.id, withoutEmpty(values), key);
    return { fields, submit };
  }

  #end(outcome: Exclude<Resolution, "retry">) {
    const fields = [
      { name: "note", label: say("whatYouFound"), required: true },
      ...(outcome === "paid"
        ? ([{ name: "receipt", label: say("receipt"), hint: say("ifThereIsOne") }] as const)
        : ([] as const)),
    ] as const satisfies Fields;
    const submit = (values: ValuesOf<typeof fields>, key: string) =>
      resolveRefund(this.refund.id, { ...withoutEmpty(values), outcome }, key);
    return { fields, submit };
  }
}
customElements.define("refund-resolution", RefundResolution);
