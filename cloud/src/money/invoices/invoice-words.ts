/** Invoices in files for people. The console has the same words; a test of the console compares them. */
import { commonHeads, type Wording } from "../../ground/lists/export-words.ts";

export const invoiceStateWords: Wording<"issued" | "paid" | "void"> = {
  issued: ["To be paid", "Bado kulipwa"],
  paid: ["Paid", "Imelipwa"],
  void: ["Void", "Imefutwa"],
};

export const invoiceWords = {
  heads: {
    ...commonHeads,
    number: ["Number", "Namba"],
    createdAtMs: ["Issued", "Ilitolewa"],
    customerName: ["Customer", "Mteja"],
    text: ["For", "Ya nini"],
    dueOn: ["Due on", "Ilipwe kabla ya"],
    totalCents: ["Total", "Jumla"],
    accountNumber: ["Account number", "Namba ya akaunti"],
  },
  values: { state: invoiceStateWords },
} as const;
