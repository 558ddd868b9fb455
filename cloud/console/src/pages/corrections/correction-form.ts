import { html } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { type Field, given, type Values, withoutEmpty } from "../../components/action-form.ts";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import { formCard } from "../../components/form-card.ts";
import { type Correction, type CorrectionKind, requestCorrection } from "../../data/money/corrections.ts";
import { currencyName } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

export const correctionKinds = [
  "move-receipt",
  "take-back-top-up",
  "pay-out-credit",
  "settle-debt",
  "settle-debt-from-credit",
  "write-off-debt",
] as const satisfies readonly CorrectionKind[];

/** What another page knew already when it led here. */
export interface CorrectionSubject {
  readonly receipt: string;
  readonly entryId: string;
  readonly phone: string;
}

/** Asks for one correction. Emits `done` with it, or `cancel`. */
class CorrectionForm extends appElement({
  kind: property<CorrectionKind>(),
  subject: property<CorrectionSubject>(),
}) {
  override render() {
    const { kind } = this;
    return keyed(
      kind,
      html`${formCard({
        title: word("correction", kind),
        intro: word("correctionWhat", kind),
        fields: this.#fields(),
        submitText: say("makeCorrection"),
        submit: (values, key) => this.#send(values, key),
        done: (made) => this.dispatchEvent(new CustomEvent("done", { detail: made })),
        cancel: () => this.dispatchEvent(new CustomEvent("cancel")),
      })}`,
    );
  }

  #fields(): Field[] {
    const { kind, subject } = this;
    const reason: Field = { name: "reason", label: say("correctionReason"), required: true };
    const amount: Field = {
      name: "amount",
      label: `${say("amount")} (${currencyName(this.app.currency)})`,
      type: "money",
      min: 0,
      hint: say("correctionAmountHint"),
    };
    if (kind === "move-receipt")
      return [
        { name: "receipt", label: say("receipt"), required: true, value: subject.receipt },
        { name: "toPhone", label: say("correctionToPhone"), type: "tel", required: true },
        reason,
      ];
    if (kind === "take-back-top-up")
      return [
        {
          name: "entryId",
          label: say("correctionEntry"),
          required: true,
          value: subject.entryId,
          hint: say("correctionEntryHint"),
        },
        amount,
        reason,
      ];
    return [{ name: "phone", label: say("phone"), type: "tel", required: true, value: subject.phone }, amount, reason];
  }

  #send({ amount = null, ...values }: Values, key: string): Promise<Correction> {
    const part = amount === null ? {} : { amountCents: amount };
    const { currency } = this.app;
    return requestCorrection(given({ ...withoutEmpty(values), ...part, kind: this.kind, currency }), key);
  }
}
customElements.define("correction-form", CorrectionForm);
