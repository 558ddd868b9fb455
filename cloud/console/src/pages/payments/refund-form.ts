import { html, nothing } from "lit";
import { appElement } from "../../components/app-element.ts";
import { bringIntoView } from "../../components/bring-into-view.ts";
import { property } from "../../components/element-with.ts";
import { facts } from "../../components/facts.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
import { ReadController } from "../../components/read-controller.ts";
import type { PaymentDetail } from "../../data/money/payments.ts";
import { type RefundOptions, readRefundOptions, requestRefund } from "../../data/money/refunds.ts";
import { currencyName, money } from "../../strings/format.ts";
import { say, word, wordOr } from "../../strings/strings.ts";
import { namesOf } from "../refunds/silent-sites.ts";
import "../../components/action-form.ts";

/** Requests a refund for one payment, with one of the methods that are possible for it. */
class RefundForm extends appElement({
  payment: property<PaymentDetail>(),
}) {
  readonly #options = new ReadController<RefundOptions>(this, {
    read: () => readRefundOptions({ paymentId: this.payment.id }),
  });

  #isShown = false;

  override updated() {
    if (this.#isShown || this.#options.value === null) return;
    this.#isShown = true;
    void bringIntoView(this.renderRoot.querySelector("section"));
  }

  override render() {
    return this.#options.render(
      (options) => html`<section class="card pad panel" tabindex="-1">
        <h2>${say("requestRefund")}</h2>
        ${this.#risk(options)} ${this.#form(options)} ${impossibleMethods(this.payment, options)}
      </section>`,
    );
  }

  /** Who asks knows that the money may be given for what was used. */
  #risk({ leftCents, currency, silentSites }: RefundOptions) {
    if (leftCents === 0 || silentSites.length === 0) return nothing;
    const sites = namesOf(silentSites, this.app.zone);
    return html`<p class="soft">${say("refundRisk", { sites, amount: money(leftCents, currency) })}</p>`;
  }

  #form({ leftCents, currency, methods }: RefundOptions) {
    const possible = methods.filter(({ problem }) => problem === null);
    if (possible.length === 0 || leftCents === 0) return nothing;
    const fields = [
      {
        name: "method",
        label: say("refundMethod"),
        type: "select",
        // What was taken in cash goes back in cash, if nothing else is chosen.
        value: this.payment.channelKind === "cash" ? "cash" : "credit",
        required: true,
        options: possible.map(({ method }) => ({ value: method, label: word("method", method) })),
      },
      // Who gave no number when buying must give one now to get credit.
      ...(this.payment.phone === null
        ? ([
            {
              name: "phone",
              label: say("phone"),
              type: "tel",
              onlyFor: { field: "method", value: "credit" },
              hint: say("creditPhoneHint"),
            },
          ] as const)
        : ([] as const)),
      {
        name: "amount",
        label: `${say("amount")} (${currencyName(currency)})`,
        type: "money",
        min: 0,
        hint: say("refundAllOf", { amount: money(leftCents, currency) }),
      },
      { name: "reason", label: say("refundReason"), required: true },
      { name: "revoke", label: say("revokeToo"), type: "checkbox", value: true },
    ] as const satisfies Fields;
    const submit = ({ amount, ...values }: ValuesOf<typeof fields>, key: string) => {
      const part = amount === null ? {} : { amountCents: amount };
      return requestRefund({ paymentId: this.payment.id, ...withoutEmpty(values), ...part }, key);
    };
    return html`<action-form class="below" .fields=${fields} submitText=${say("requestRefund")} .submit=${submit}></action-form>`;
  }
}
customElements.define("refund-form", RefundForm);

/** The other methods, each with why it is not possible; nothing where no channel was paid: what channels can do is not the question then. */
export function impossibleMethods(
  { channelKind }: Pick<PaymentDetail, "channelKind">,
  { methods, currency }: RefundOptions,
) {
  if (channelKind === "cash" || channelKind === "credit") return nothing;
  const rows = methods.flatMap(({ method, problem, problemCode, problemCents }) => {
    if (problem === null) return [];
    const values: Record<string, string> = problemCents === null ? {} : { amount: money(problemCents, currency) };
    return [[word("method", method), wordOr("noRefundBy", problemCode ?? "", problem, values)] as const];
  });
  if (rows.length === 0) return nothing;
  return html`<details class="below">
    <summary>${say("otherMethods")}</summary>
    ${facts(rows)}
  </details>`;
}
