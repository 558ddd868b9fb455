/** The forms of one document: the credit note that takes it back, and the tax authority's reply that a person types. */
import type { TemplateResult } from "lit";
import { formCard } from "../../components/form-card.ts";
import { creditDocument, type IssuedDocument, typeFiscalReply } from "../../data/money/documents.ts";
import { currencyName, money } from "../../strings/format.ts";
import { say, word } from "../../strings/strings.ts";

interface Ends {
  readonly done: () => void;
  readonly cancel: () => void;
}

export function creditNoteForm(
  { documentId, number, leftCents, currency }: IssuedDocument,
  ends: Ends,
): TemplateResult {
  return formCard({
    ...ends,
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
    submit: ({ amount, give, reason }, key) => creditDocument(documentId, { amountCents: amount, give, reason }, key),
  });
}

export function fiscalReplyForm({ documentId, number }: IssuedDocument, ends: Ends): TemplateResult {
  return formCard({
    ...ends,
    title: `${say("typeFiscalReply")}: ${number}`,
    intro: say("typeFiscalReplyWhy"),
    fields: [
      { name: "controlUnit", label: say("controlUnit") },
      { name: "fiscalNumber", label: say("fiscalNumber"), required: true },
      { name: "signature", label: say("fiscalSignature") },
      { name: "qr", label: say("fiscalQr"), required: true },
    ],
    submitText: say("save"),
    submit: (values) => typeFiscalReply(documentId, values),
  });
}
