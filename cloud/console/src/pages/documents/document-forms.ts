/** The forms of one document: the credit note that takes it back, and the tax authority's reply that a person types. */
import type { Field, Values } from "../../components/action-form.ts";
import { creditDocument, type IssuedDocument, typeFiscalReply } from "../../data/money/documents.ts";
import { currencyName, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

interface DocumentForm {
  readonly title: string;
  readonly intro: string;
  readonly fields: readonly Field[];
  readonly submitText: string;
  readonly submit: (values: Values, key: string) => Promise<IssuedDocument>;
}

export function creditNoteForm({ documentId, number, leftCents, currency }: IssuedDocument): DocumentForm {
  return {
    title: `${say("giveCreditNote")}: ${number}`,
    intro: say("creditNoteWhy", { amount: money(leftCents, currency) }),
    fields: [
      {
        name: "amount",
        label: `${say("amount")} (${currencyName(currency)})`,
        type: "money",
        required: true,
        min: 0,
        value: leftCents,
      },
      {
        name: "give",
        label: say("whereMoneyGoes"),
        type: "select",
        options: (["credit", "cash", "none"] as const).map((value) => ({ value, label: word("giveBack", value) })),
      },
      { name: "reason", label: say("documentReason"), required: true },
    ],
    submitText: say("giveCreditNote"),
    submit: ({ amount, give, reason }, key) =>
      creditDocument(documentId, { amountCents: Number(amount), give, reason }, key),
  };
}

export function fiscalReplyForm({ documentId, number }: IssuedDocument): DocumentForm {
  return {
    title: `${say("typeFiscalReply")}: ${number}`,
    intro: say("typeFiscalReplyWhy"),
    fields: [
      { name: "controlUnit", label: say("controlUnit") },
      { name: "fiscalNumber", label: say("fiscalNumber"), required: true },
      { name: "signature", label: say("fiscalSignature") },
      { name: "qr", label: say("fiscalQr"), required: true },
    ],
    submitText: say("save"),
    submit: ({ controlUnit, fiscalNumber, signature, qr }) =>
      typeFiscalReply(documentId, { controlUnit: textOf(controlUnit), fiscalNumber, signature: textOf(signature), qr }),
  };
}

const textOf = (value: Values[string] | undefined): string | null =>
  value === undefined || value === null || value === "" ? null : String(value);
