/** The words on documents, in the two languages of customers. */
import type { Treatment } from "../tax/tax-arithmetic.ts";
import type { DocumentKind, DocumentLanguage, LineKind } from "./document-facts.ts";

type Words = Readonly<Record<DocumentLanguage, string>>;

/** Of who is registered for VAT, once its authority accepted it or where it has none; else `plainTitles`. */
export const titles: Readonly<Record<DocumentKind, Words>> = {
  "tax-invoice": { en: "Tax invoice", sw: "Ankara ya kodi" },
  "credit-note": { en: "Credit note", sw: "Hati ya mkopo" },
  receipt: { en: "Receipt", sw: "Risiti" },
  "sales-summary": { en: "Summary of a day's sales", sw: "Muhtasari wa mauzo ya siku" },
};

export const plainInvoice: Words = { en: "Invoice", sw: "Ankara" };

export const lineWords: Readonly<Record<LineKind, Words>> = {
  plan: { en: "Internet", sw: "Intaneti" },
  "plan-change": { en: "Change of plan", sw: "Kubadilisha kifurushi" },
  "add-on": { en: "Add-on", sw: "Nyongeza" },
  fee: { en: "Fee", sw: "Ada" },
  "late-fee": { en: "Late fee", sw: "Ada ya kuchelewa" },
  deposit: { en: "Deposit", sw: "Amana" },
  item: { en: "Item", sw: "Bidhaa" },
  sales: { en: "Sales", sw: "Mauzo" },
  refunds: { en: "Refunds", sw: "Marejesho" },
};

export const treatmentWords: Readonly<Record<Treatment, Words>> = {
  standard: { en: "Taxed", sw: "Inatozwa kodi" },
  "no-excise": { en: "Taxed, no excise", sw: "Inatozwa kodi, bila ushuru" },
  "zero-rated": { en: "Zero-rated", sw: "Kiwango sifuri" },
  exempt: { en: "Exempt", sw: "Imesamehewa" },
  outside: { en: "Not a supply", sw: "Si mauzo" },
};

/** Of the books, as a customer reads them. */
export const entryWords: Readonly<Record<string, Words>> = {
  invoice: { en: "Invoice", sw: "Ankara" },
  receipt: { en: "Payment", sw: "Malipo" },
  suspense: { en: "Payment", sw: "Malipo" },
  assignment: { en: "Credited to you", sw: "Umewekewa salio" },
  "credit-used": { en: "Paid from credit", sw: "Imelipwa kwa salio" },
  reversal: { en: "Payment reversed", sw: "Malipo yamebatilishwa" },
  refund: { en: "Refund", sw: "Rejesho" },
  "top-up": { en: "Credit topped up", sw: "Salio limeongezwa" },
  "debt-paid": { en: "Debt from before paid", sw: "Deni la awali limelipwa" },
  "taken-over": { en: "Balance from before", sw: "Salio la awali" },
  void: { en: "Credit note", sw: "Hati ya mkopo" },
  correction: { en: "Correction", sw: "Sahihisho" },
  "number-changed": { en: "Stays with the number before", sw: "Imebaki kwenye namba ya awali" },
};

export const documentWords = {
  number: { en: "Number", sw: "Namba" },
  issuedOn: { en: "Issued on", sw: "Imetolewa tarehe" },
  suppliedOn: { en: "Date of supply", sw: "Tarehe ya huduma" },
  refersTo: { en: "Takes back", sw: "Inarejesha" },
  reason: { en: "Reason", sw: "Sababu" },
  site: { en: "Site", sw: "Kituo" },
  receiptNumber: { en: "Payment's receipt", sw: "Risiti ya malipo" },
  billTo: { en: "Customer", sw: "Mteja" },
  walkIn: { en: "Walk-in customers", sw: "Wateja wa papo hapo" },
  taxPin: { en: "Tax PIN", sw: "PIN ya kodi" },
  what: { en: "Description", sw: "Maelezo" },
  quantity: { en: "Quantity", sw: "Idadi" },
  tax: { en: "Tax", sw: "Kodi" },
  amount: { en: "Amount", sw: "Kiasi" },
  net: { en: "Without taxes", sw: "Bila kodi" },
  excise: { en: "Excise duty", sw: "Ushuru wa bidhaa" },
  vat: { en: "VAT", sw: "VAT" },
  total: { en: "Total", sw: "Jumla" },
  totalCredited: { en: "Total taken back", sw: "Jumla iliyorejeshwa" },
  inclusive: {
    en: "Prices include taxes. Taxes are rounded to the cent on each line; lines add up to the totals.",
    sw: "Bei zinajumuisha kodi. Kodi inakadiriwa hadi senti kwa kila mstari; mistari inajumlisha jumla.",
  },
  noVat: {
    en: "The seller is not registered for VAT: no VAT is charged.",
    sw: "Muuzaji hajasajiliwa kwa VAT: hakuna VAT inayotozwa.",
  },
  notTax: { en: "This is not a tax invoice.", sw: "Hii si ankara ya kodi." },
  waits: {
    en: "Not yet confirmed by the tax authority: this is not a tax invoice.",
    sw: "Bado haijathibitishwa na mamlaka ya kodi: hii si ankara ya kodi.",
  },
  controlUnit: { en: "Control unit", sw: "Kifaa cha udhibiti" },
  fiscalNumber: { en: "Fiscal number", sw: "Namba ya kodi" },
  signature: { en: "Signature", sw: "Sahihi" },
  paid: { en: "Paid", sw: "Imelipwa" },
  howToPay: { en: "How to pay next time", sw: "Jinsi ya kulipa wakati ujao" },
  payNumber: { en: "Your account number", sw: "Namba yako ya akaunti" },
  scanToPay: { en: "Scan to pay what is due", sw: "Skani kulipa kinachodaiwa" },
  page: { en: "Page {page} of {pages}", sw: "Ukurasa {page} kati ya {pages}" },
  statement: { en: "Statement of account", sw: "Taarifa ya akaunti" },
  from: { en: "From", sw: "Kuanzia" },
  until: { en: "Until", sw: "Hadi" },
  opening: { en: "Opening balance", sw: "Salio la kuanzia" },
  closing: { en: "Closing balance", sw: "Salio la mwisho" },
  date: { en: "Date", sw: "Tarehe" },
  balance: { en: "Balance", sw: "Salio" },
  nothing: { en: "Nothing changed in this time.", sw: "Hakuna kilichobadilika katika muda huu." },
  inCredit: {
    en: "Above zero: you have credit. Below zero: you owe.",
    sw: "Juu ya sifuri: una salio. Chini ya sifuri: unadaiwa.",
  },
} as const satisfies Record<string, Words>;
