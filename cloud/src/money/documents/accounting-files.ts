/**
 * Rows for accountants' programs, in the layouts that these import. Pure. Journals are the books, entry by entry, so their sums are the ledger's;
 * invoices are the documents, line by line. Amounts are texts with two places: a spreadsheet that rounds them has been told to.
 * @see "Import journal entries" (QuickBooks Online), "Import manual journals" and "Import sales invoices" (Xero)
 */

import { plainAmount } from "@karibu/protocol/money-text";
import { displayName } from "@karibu/protocol/plan-name";
import { cutText } from "@karibu/protocol/whole-text";
import { type VatStanding, vatStandingOf } from "../tax/vat-standing.ts";
import type { DocumentRow } from "./document.ts";
import type { DocumentLine } from "./document-facts.ts";
import { lineWords } from "./document-words.ts";

export const accountingLayouts = [
  "quickbooks-journal",
  "quickbooks-invoices",
  "xero-journal",
  "xero-invoices",
] as const;
export type AccountingLayout = (typeof accountingLayouts)[number];

export interface JournalPosting {
  readonly entryId: string;
  /** By the provider's clock. */
  readonly day: string;
  readonly kind: string;
  readonly about: string;
  readonly account: string;
  /** As people call it. */
  readonly accountName: string;
  readonly currency: string;
  /** Debit above zero. */
  readonly amountCents: number;
}

/** Both programs want the heads exactly so. */
export const accountingHeads: Readonly<Record<AccountingLayout, readonly string[]>> = {
  "quickbooks-journal": ["JournalNo", "JournalDate", "AccountName", "Debits", "Credits", "Description", "Currency"],
  "quickbooks-invoices": [
    ...["*InvoiceNo", "*Customer", "*InvoiceDate", "*DueDate", "Memo", "Item(Product/Service)", "ItemDescription"],
    ...["ItemQuantity", "ItemRate", "*ItemAmount", "*ItemTaxCode", "ItemTaxAmount", "Currency"],
  ],
  "xero-journal": ["*Narration", "*Date", "Description", "*AccountCode", "*TaxRate", "*Amount"],
  "xero-invoices": [
    ...["*ContactName", "*InvoiceNumber", "Reference", "*InvoiceDate", "*DueDate", "*Description", "*Quantity"],
    ...["*UnitAmount", "*AccountCode", "*TaxType", "TaxAmount", "Currency"],
  ],
};

/** Xero's codes have at most ten signs; several channels or sellers stand under one, and the description says whose. */
const xeroCodes: Readonly<Record<string, string>> = {
  clearing: "CLEARING",
  unreceipted: "UNRECEIPT",
  float: "FLOAT",
  revenue: "REVENUE",
  pending: "PENDING",
  credit: "CREDIT",
  suspense: "SUSPENSE",
  deposits: "DEPOSITS",
  refunds: "REFUNDS",
  debts: "DEBTS",
  cash: "CASH",
  paper: "VOUCHERCASH",
  commission: "COMMISSION",
  fees: "FEES",
  expenses: "EXPENSES",
  venue: "VENUES",
  "venue-shares": "VENUESHARE",
  "taken-over": "TAKENOVER",
  "to-bank": "TOBANK",
  opening: "OPENING",
  "write-offs": "WRITEOFFS",
};

const xeroCodeOf = (account: string): string => {
  const kind = account.replace(/:.*$/, "");
  return xeroCodes[kind] ?? cutText(kind.toUpperCase(), 10);
};

export function journalCells(layout: "quickbooks-journal" | "xero-journal", posting: JournalPosting): string[] {
  const { entryId, day, kind, about, account, accountName, currency, amountCents } = posting;
  const description = [kind, about].filter((part) => part !== "").join(": ");
  if (layout === "xero-journal")
    return [
      `${kind} ${entryId}`,
      dayFirst(day),
      `${accountName} · ${description}`,
      xeroCodeOf(account),
      "Tax Exempt",
      plainAmount(amountCents, currency),
    ];
  const [debit, credit] =
    amountCents >= 0 ? [plainAmount(amountCents, currency), ""] : ["", plainAmount(0 - amountCents, currency)];
  return [journalNumber(entryId), monthFirst(day), accountName, debit, credit, description, currency];
}

/**
 * QuickBooks takes a number of at most 21 signs, and books the rows of one number as one entry. Of an id (a UUID of version 7) its time and its
 * last 48 bits stand here: the same entry has the same number in each file.
 */
export function journalNumber(entryId: string): string {
  const hex = entryId.replaceAll("-", "");
  if (!/^[0-9a-f]{32}$/i.test(hex)) return entryId.slice(-21);
  const parts = [hex.slice(0, 12), hex.slice(20)].map((part) => Number.parseInt(part, 16).toString(36));
  return parts
    .map((part) => part.padStart(10, "0"))
    .join("")
    .toUpperCase();
}

/** One row for each line. The quantity stands in its text: one times the whole amount is exact, a rounded price times a quantity is not. */
export function invoiceCells(
  layout: "quickbooks-invoices" | "xero-invoices",
  document: Pick<DocumentRow, "numberText" | "customerName" | "issuedOn" | "currency" | "lines" | "reason" | "seller">,
): string[][] {
  const { numberText: number, issuedOn: day, currency, reason, seller } = document;
  const customer = document.customerName ?? "Walk-in customers";
  return document.lines.map((line) => {
    const text = `${line.quantity} x ${line.text === "" ? lineWords[line.kind].en : displayName(line.text, "en")}`;
    const [total, taxes] = [plainAmount(line.totalCents, currency), plainAmount(line.vatCents, currency)];
    if (layout === "xero-invoices")
      return [
        ...[customer, number, reasonText(reason), dayFirst(day), dayFirst(day), text, "1", total],
        ...[
          line.treatment === "outside" ? "DEPOSITS" : "REVENUE",
          taxName(line, seller.vatRegistered),
          taxes,
          currency,
        ],
      ];
    return [
      ...[number, customer, monthFirst(day), monthFirst(day), reasonText(reason), lineWords[line.kind].en, text],
      ...["1", total, total, taxName(line, seller.vatRegistered), taxes, currency],
    ];
  });
}

/** The hub's own reasons are codes of lines. */
const reasonText = (reason: string | null): string =>
  reason !== null && Object.hasOwn(lineWords, reason) ? lineWords[reason as keyof typeof lineWords].en : (reason ?? "");

/** The names of the tax codes, which must exist there. Who is not registered for VAT has none: that is not zero-rated. */
function taxName(line: DocumentLine, isRegistered: boolean): string {
  const standing = vatStandingOf(line, isRegistered);
  return standing === "taxed" ? `VAT ${line.vatBp / 100}%` : taxNames[standing];
}

const taxNames: Readonly<Record<Exclude<VatStanding, "taxed">, string>> = {
  "zero-rated": "Zero-rated",
  exempt: "Exempt",
  outside: "Out of scope",
  none: "No VAT",
};

const dayFirst = (day: string): string => day.split("-").toReversed().join("/");
const monthFirst = (day: string): string => {
  const [year = "", month = "", ofMonth = ""] = day.split("-");
  return `${month}/${ofMonth}/${year}`;
};
