/**
 * A document as Kenya's eTIMS takes it: the body of `saveTrnsSalesOsdc` (OSCU). Pure. The connection's own fields (device key, session) are the
 * adapter's. @see "KRA eTIMS OSCU specification": TrnsSalesSaveWrReq
 */
import { cutText } from "@karibu/protocol/whole-text";
import type { WayPaid } from "../channels/ways-paid.ts";
import { vatStandingOf } from "../tax/vat-standing.ts";
import type { FiscalDocument, FiscalLine, ToldBy } from "./fiscal-contract.ts";

const taxTypes = ["A", "B", "C", "D", "E"] as const;
type EtimsTaxType = (typeof taxTypes)[number];

/** A exempt, B the standard rate, C zero-rated, D no VAT at all, E the rate of 8 %. */
function taxTypeOf(line: Pick<FiscalLine, "treatment" | "vatBp">, isRegistered: boolean): EtimsTaxType {
  const standing = vatStandingOf(line, isRegistered);
  if (standing === "exempt") return "A";
  if (standing === "zero-rated") return "C";
  if (standing !== "taxed") return "D";
  return line.vatBp === 800 ? "E" : "B";
}

/**
 * Code list 07, "Payment type". It has one code for a document: what was paid in several ways was paid by "other means".
 * @see KRA's OSCU code list as Odoo's module for Kenya (`l10n_ke_edi_oscu`) quotes it: 01 cash, 02 credit, 03 cash/credit, 04 bank check,
 * 05 debit and credit card, 06 mobile money, 07 other
 */
const payments: Readonly<Record<WayPaid, string>> = {
  cash: "01",
  "on-credit": "02",
  bank: "04",
  card: "05",
  "mobile-money": "06",
  balance: "07",
  other: "07",
};

function paymentOf({ paid }: Pick<FiscalDocument, "paid">): string {
  const [first, ...more] = paid;
  return first === undefined || more.length > 0 ? payments.other : payments[first.way];
}
/** Code list "Credit note reason": refund. */
const refundReason = "06";
/** UNSPSC 81112101, "internet service providers". */
const itemClass = "8111210100";
const ratesOf: Readonly<Record<EtimsTaxType, number>> = { A: 0, B: 16, C: 0, D: 0, E: 8 };

export type EtimsSale = Readonly<Record<string, unknown>> & {
  readonly invcNo: number;
  readonly totAmt: number;
  readonly itemList: readonly Readonly<Record<string, unknown>>[];
};

/** Who writes down and changes at eTIMS; it asks for both. */
const writer = { regrId: "karibu", regrNm: "Karibu", modrId: "karibu", modrNm: "Karibu" };
/** "NET", and "unit": services come in no packages. */
const units = { pkgUnitCd: "NT", qtyUnitCd: "U" } as const;
const service = "3";

/**
 * How eTIMS calls an item: the country, the kind, both units, and a number that counts up.
 * @see "KRA eTIMS OSCU specification", item code, and its example `KE1NTXU0000001`, where the unit `U` is written `XU`
 */
const etimsItemCode = (number: number): string => `KE${service}NTXU${String(number).padStart(7, "0")}`;

/** The body of `saveItem`: what is sold must be known before a sale names it. @see "KRA eTIMS OSCU specification": ItemSaveReq */
export function etimsItem(line: FiscalLine, number: number, isRegistered: boolean): Readonly<Record<string, unknown>> {
  return {
    itemCd: etimsItemCode(number),
    itemClsCd: itemClass,
    itemTyCd: service,
    itemNm: cutText(line.text, 200),
    orgnNatCd: "KE",
    ...units,
    taxTyCd: taxTypeOf(line, isRegistered),
    dftPrc: Math.abs(Math.round(line.totalCents / line.quantity)) / 100,
    isrcAplcbYn: "N",
    useYn: "Y",
    ...writer,
  };
}

/** @param told by a device of ours; left out: by a person, under our own numbers */
export function etimsSale(document: FiscalDocument, told?: Pick<ToldBy, "number" | "refersTo" | "items">): EtimsSale {
  const { kind, lines, seller, buyer, refersTo } = document;
  const isRegistered = seller.vatRegistered !== false;
  const amount = amountIn(kind);
  const codeOf = ({ itemCode }: FiscalLine) => {
    const known = told?.items.get(itemCode);
    return known === undefined ? itemCode : etimsItemCode(known.number);
  };
  const day = document.issuedAt.slice(0, 10).replaceAll("-", "");
  const moment = `${day}${document.issuedAt.slice(11, 19).replaceAll(":", "")}`;
  const ofType = (type: EtimsTaxType) => lines.filter((line) => taxTypeOf(line, isRegistered) === type);
  /** VAT is due on net and excise. */
  const taxable = (some: readonly FiscalLine[]) =>
    amount(some.reduce((sum, line) => sum + line.netCents + line.exciseCents, 0));
  const vat = (some: readonly FiscalLine[]) => amount(some.reduce((sum, line) => sum + line.vatCents, 0));
  const bandRate = (type: EtimsTaxType) => (type === "B" ? (ofType("B")[0]?.vatBp ?? 1600) / 100 : ratesOf[type]);
  const sums = Object.fromEntries(
    taxTypes.flatMap((type): [string, number][] => [
      [`taxblAmt${type}`, taxable(ofType(type))],
      [`taxRt${type}`, bandRate(type)],
      [`taxAmt${type}`, vat(ofType(type))],
    ]),
  );
  return {
    tin: seller.taxPin,
    bhfId: seller.branch,
    trdInvcNo: document.number,
    invcNo: told?.number ?? document.sequence,
    orgInvcNo: told?.refersTo ?? refersTo?.sequence ?? 0,
    custTin: buyer.taxPin,
    custNm: cutText(buyer.name, 60),
    salesTyCd: "N",
    rcptTyCd: kind === "sale" ? "S" : "R",
    pmtTyCd: paymentOf(document),
    salesSttsCd: "02",
    cfmDt: moment,
    salesDt: day,
    rfdDt: kind === "sale" ? null : moment,
    rfdRsnCd: kind === "sale" ? null : refundReason,
    totItemCnt: lines.length,
    ...sums,
    totTaxblAmt: taxable(lines),
    totTaxAmt: vat(lines),
    totAmt: amount(document.totalCents),
    prchrAcptcYn: "N",
    remark: document.reason,
    ...writer,
    receipt: {
      custTin: buyer.taxPin,
      rcptPbctDt: moment,
      trdeNm: cutText(seller.name, 20),
      adrs: seller.address === null ? null : cutText(seller.address, 200),
      prchrAcptcYn: "N",
    },
    itemList: lines.map((line, index) => ({
      itemSeq: index + 1,
      itemCd: codeOf(line),
      itemClsCd: itemClass,
      itemNm: cutText(line.text, 200),
      ...units,
      pkg: 1,
      qty: line.quantity,
      prc: amount(Math.round(line.totalCents / line.quantity)),
      splyAmt: amount(line.totalCents),
      dcRt: 0,
      dcAmt: 0,
      taxTyCd: taxTypeOf(line, isRegistered),
      taxblAmt: amount(line.netCents + line.exciseCents),
      taxAmt: amount(line.vatCents),
      totAmt: amount(line.totalCents),
    })),
  };
}

/** eTIMS counts a credit note's amounts above zero: `rcptTyCd` says which way they go. What was given back among sales stays below zero. */
const amountIn =
  (kind: FiscalDocument["kind"]) =>
  (cents: number): number =>
    (kind === "credit" ? 0 - cents : cents) / 100;
