/**
 * A document as Uganda's EFRIS takes it: the content of T109 (invoice) or T110 (application for a credit note). Pure. Encryption, the device and
 * the session are the adapter's. Amounts are texts with two places; `total` is what the customer pays for a line, tax included.
 */
import { cutText } from "@karibu/protocol/whole-text";
import type { WayPaid } from "../channels/ways-paid.ts";
import { type VatStanding, vatStandingOf } from "../tax/vat-standing.ts";
import type { FiscalDocument, FiscalLine } from "./fiscal-contract.ts";

/**
 * Code list `payWay`, which has no "other": what was paid before, or is not known, is a credit, as a purchase that is not paid yet.
 * @see URA, EFRIS, API documentation for system to system users, 23.4.0, T109 and T110, PayWay: 101 credit, 102 cash, 103 cheque, 104 demand draft,
 * 105 mobile money, 106 Visa/Master card, 107 EFT, 108 POS, 109 RTGS, 110 Swift transfer
 */
const payModes: Readonly<Record<WayPaid, string>> = {
  "on-credit": "101",
  balance: "101",
  other: "101",
  cash: "102",
  "mobile-money": "105",
  card: "106",
  bank: "107",
};
/** Code list of goods and services: internet access services. */
const serviceCategory = "81112101";

export interface EfrisMessage {
  readonly interfaceCode: "T109" | "T110";
  readonly content: Readonly<Record<string, unknown>>;
}

export function efrisMessage(document: FiscalDocument): EfrisMessage {
  const { kind, seller, buyer, lines } = document;
  const standingOf: StandingOf = (line) => vatStandingOf(line, seller.vatRegistered !== false);
  const tax = document.vatCents + document.exciseCents;
  const content = {
    sellerDetails: {
      tin: seller.taxPin,
      legalName: seller.name,
      businessName: seller.name,
      address: seller.address ?? "",
      branchCode: seller.branch,
      referenceNo: document.number,
    },
    basicInformation: {
      invoiceNo: "",
      issuedDate: document.issuedAt.replace("T", " "),
      operator: "Karibu",
      currency: document.currency,
      oriInvoiceId: document.refersTo?.number ?? "",
      invoiceType: kind === "sale" ? "1" : "2",
      invoiceKind: "1",
      dataSource: "103",
      isBatch: "0",
    },
    buyerDetails: {
      buyerTin: buyer.taxPin ?? "",
      buyerLegalName: buyer.name,
      buyerType: buyer.taxPin === null ? "1" : "0",
    },
    goodsDetails: lines.map((line, index) => goodsOf(line, index, standingOf(line))),
    taxDetails: taxesOf(lines, standingOf),
    summary: {
      netAmount: amount(document.netCents),
      taxAmount: amount(tax),
      grossAmount: amount(document.totalCents),
      itemCount: String(lines.length),
      modeCode: "1",
      remarks: document.reason ?? "",
    },
    payWay: paidIn(document).map(([paymentMode, cents], index) => ({
      paymentMode,
      paymentAmount: amount(cents),
      orderNumber: String.fromCharCode("a".charCodeAt(0) + index),
    })),
  };
  return { interfaceCode: kind === "sale" ? "T109" : "T110", content };
}

type StandingOf = (line: FiscalLine) => VatStanding;

function goodsOf(line: FiscalLine, index: number, standing: VatStanding) {
  const hasExcise = line.exciseBp > 0;
  return {
    item: cutText(line.text, 200),
    itemCode: line.itemCode,
    qty: String(line.quantity),
    unitOfMeasure: "101",
    unitPrice: amount(Math.round(line.totalCents / line.quantity)),
    total: amount(line.totalCents),
    taxRate: rateOf(standing, line),
    tax: amount(line.vatCents),
    orderNumber: String(index),
    discountFlag: "2",
    deemedFlag: "2",
    exciseFlag: hasExcise ? "1" : "2",
    exciseRule: hasExcise ? "1" : "",
    exciseRate: hasExcise ? share(line.exciseBp) : "",
    exciseTax: hasExcise ? amount(line.exciseCents) : "",
    goodsCategoryId: serviceCategory,
    vatApplicableFlag: categories[standing] === outOfScope ? "0" : "1",
  };
}

/** One row for each category and rate. */
function taxesOf(lines: readonly FiscalLine[], standingOf: StandingOf) {
  const vat = Map.groupBy(lines, (line) => `${categories[standingOf(line)]}/${line.vatBp}`);
  const excise = lines.filter(({ exciseBp }) => exciseBp > 0);
  const rows = [...vat.values()].map((some) => {
    const [first] = some as [FiscalLine];
    const [net, tax] = [sum(some, (line) => line.netCents + line.exciseCents), sum(some, (line) => line.vatCents)];
    const standing = standingOf(first);
    return row(categories[standing], rateOf(standing, first), net, tax);
  });
  for (const some of Map.groupBy(excise, ({ exciseBp }) => exciseBp).values()) {
    const [first] = some as [FiscalLine];
    const [net, tax] = [sum(some, (line) => line.netCents), sum(some, (line) => line.exciseCents)];
    rows.push(row("05", share(first.exciseBp), net, tax));
  }
  return rows;
}

const outOfScope = "11";
/** 01 standard, 02 zero-rated, 03 exempt, 05 excise, 11 out of scope of VAT: also of who is not registered for it. */
const categories: Readonly<Record<VatStanding, string>> = {
  taxed: "01",
  "zero-rated": "02",
  exempt: "03",
  outside: outOfScope,
  none: outOfScope,
};

const rateOf = (standing: VatStanding, { vatBp }: FiscalLine): string =>
  standing === "taxed" || standing === "zero-rated" ? share(vatBp) : "-";

const row = (taxCategoryCode: string, taxRate: string, netCents: number, taxCents: number) => ({
  taxCategoryCode,
  netAmount: amount(netCents),
  taxRate,
  taxAmount: amount(taxCents),
  grossAmount: amount(netCents + taxCents),
});

const sum = (lines: readonly FiscalLine[], of: (line: FiscalLine) => number): number =>
  lines.reduce((total, line) => total + of(line), 0);
const share = (bp: number): string => String(bp / 10_000);
const amount = (cents: number): string => (cents / 100).toFixed(2);

/** Each mode once. */
function paidIn({ paid }: Pick<FiscalDocument, "paid">): [mode: string, cents: number][] {
  const sums = new Map<string, number>();
  for (const { way, cents } of paid) sums.set(payModes[way], (sums.get(payModes[way]) ?? 0) + cents);
  return [...sums];
}
