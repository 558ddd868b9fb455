import { html } from "lit";
import { keyed } from "lit/directives/keyed.js";
import { appElement } from "../../components/app-element.ts";
import { property } from "../../components/element-with.ts";
import type { Fields, ValuesOf } from "../../components/fields/values-of.ts";
import { withoutEmpty } from "../../components/fields/without-empty.ts";
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
        fields: fieldsOf(kind, this.subject, this.app.currency),
        submitText: say("makeCorrection"),
        submit: (values, key) => this.#send(values, key),
        done: (made) => this.dispatchEvent(new CustomEvent("done", { detail: made })),
        cancel: () => this.dispatchEvent(new CustomEvent("cancel")),
      })}`,
    );
  }

  #send({ amount = null, ...values }: ValuesOf<typeof fieldsOf>, key: string): Promise<Correction> {
    const part = amount === null ? {} : { amountCents: amount };
    const { currency } = this.app;
    return requestCorrection({ ...withoutEmpty(values), ...part, kind: this.kind, currency }, key);
  }
}
customElements.define("correction-form", CorrectionForm);

function fieldsOf(kind: CorrectionKind, subject: CorrectionSubject, currency: string) {
  const reason = { name: "reason", label: say("correctionReason"), required: true } as const;
  const amount = {
    name: "amount",
    label: `${say("amount")} (${currencyName(currency)})`,
    type: "money",
    min: 0,
    hint: say("correctionAmountHint"),
  } as const;
  if (kind === "move-receipt")
    return [
      { name: "receipt", label: say("receipt"), required: true, value: subject.receipt },
      { name: "toPhone", label: say("correctionToPhone"), type: "tel", required: true },
      reason,
    ] as const satisfies Fields;
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
    ] as const satisfies Fields;
  return [
    { name: "phone", label: say("phone"), type: "tel", required: true, value: subject.phone },
    amount,
    reason,
  ] as const satisfies Fields;
}
