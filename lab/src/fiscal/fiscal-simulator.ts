/**
 * Stands in for KRA's eTIMS and URA's EFRIS behind a tax adapter: it looks into the messages that would be sent, counts what it was told, and
 * answers as they do. It keeps what it accepted by taxpayer and number, so a document that comes twice is one document.
 */
import { efrisMessage } from "@karibu/cloud/money/fiscal/efris-message";
import { etimsSale } from "@karibu/cloud/money/fiscal/etims-message";
import type {
  Authority,
  FiscalDocument,
  FiscalOutcome,
  FiscalReply,
  TaxAdapter,
} from "@karibu/cloud/money/fiscal/fiscal-contract";

export interface FiscalSimulator extends TaxAdapter {
  /** Told and accepted, in order. */
  readonly accepted: FiscalDocument[];
  /** How often it was asked. */
  asked(): number;
  /** The next so many are not answered: `before` they are booked, or `after`. */
  fail(times: number, when: "before" | "after"): void;
  /** The next one is refused. */
  refuse(reason: string): void;
}

export function createFiscalSimulator(authority: Authority): FiscalSimulator {
  const accepted: FiscalDocument[] = [];
  const replies = new Map<string, FiscalReply>();
  let asked = 0;
  let failing: { times: number; when: "before" | "after" } = { times: 0, when: "before" };
  let refusal: string | null = null;

  function book(document: FiscalDocument): FiscalOutcome {
    const known = replies.get(identityOf(document));
    if (known !== undefined) return { kind: "accepted", reply: known };
    const wrong = refusal ?? faultOf(authority, document, accepted);
    refusal = null;
    if (wrong !== null) return { kind: "refused", reason: wrong };
    accepted.push(document);
    const reply = replyTo(authority, document, accepted.length);
    replies.set(identityOf(document), reply);
    return { kind: "accepted", reply };
  }

  return {
    accepted,
    asked: () => asked,
    fail(times, when) {
      failing = { times, when };
    },
    refuse(reason) {
      refusal = reason;
    },
    async submit(document) {
      asked++;
      const isFailing = failing.times > 0;
      if (isFailing) failing = { ...failing, times: failing.times - 1 };
      if (isFailing && failing.when === "before") return { kind: "later", why: "the device does not answer" };
      const outcome = book(document);
      if (isFailing) throw new Error("the line was cut before the answer came");
      return outcome;
    },
  };
}

const identityOf = ({ seller, number }: FiscalDocument): string => [seller.taxPin, seller.branch, number].join("/");

/** Null: it is complete, and its sums are right. */
function faultOf(authority: Authority, document: FiscalDocument, earlier: readonly FiscalDocument[]): string | null {
  const { lines, totalCents, netCents, exciseCents, vatCents, refersTo, seller } = document;
  if (seller.taxPin === "") return "the seller has no PIN";
  if (lines.length === 0) return "no lines";
  if (netCents + exciseCents + vatCents !== totalCents) return "the totals do not add up";
  if (lines.reduce((sum, line) => sum + line.totalCents, 0) !== totalCents) return "the lines do not add up";
  if (
    document.kind === "credit" &&
    !earlier.some((one) => one.seller.taxPin === seller.taxPin && one.number === refersTo?.number)
  )
    return "the original is not known";
  return authority === "etims" ? etimsFault(document) : efrisFault(document);
}

function etimsFault(document: FiscalDocument): string | null {
  const sale = etimsSale(document);
  const wanted = ["tin", "bhfId", "trdInvcNo", "custNm", "rcptTyCd", "pmtTyCd", "cfmDt", "salesDt", "totAmt"];
  const missing = wanted.find((name) => sale[name] === undefined || sale[name] === null || sale[name] === "");
  if (missing !== undefined) return `910: ${missing} is missing`;
  if (!/^\d{14}$/.test(String(sale.cfmDt)) || !/^\d{8}$/.test(String(sale.salesDt))) return "910: a date is wrong";
  const summed = ["A", "B", "C", "D", "E"].reduce(
    (sum, type) => sum + Number(sale[`taxblAmt${type}`]) + Number(sale[`taxAmt${type}`]),
    0,
  );
  return Math.round(summed * 100) === Math.round(sale.totAmt * 100) ? null : "910: the bands do not add up";
}

function efrisFault(document: FiscalDocument): string | null {
  const { content } = efrisMessage(document);
  const { grossAmount, netAmount, taxAmount } = content.summary as Record<string, string>;
  const off = Number(netAmount) + Number(taxAmount) - Number(grossAmount);
  return Math.abs(off) < 0.005 ? null : "2076: the summary does not add up";
}

function replyTo(authority: Authority, document: FiscalDocument, count: number): FiscalReply {
  if (authority === "etims")
    return {
      controlUnit: "KRACU0100000001",
      fiscalNumber: `${count}/${document.sequence}`,
      signature: `SIM${String(document.sequence).padStart(13, "0")}`,
      qrText: `https://etims.example/verify?Data=${document.seller.taxPin}${document.seller.branch}SIM${document.sequence}`,
    };
  return {
    controlUnit: "TCS0000000001",
    fiscalNumber: `3240000${String(document.sequence).padStart(6, "0")}`,
    signature: `${1_000_000_000 + document.sequence}`,
    qrText: `https://efris.example/verify#3240000${String(document.sequence).padStart(6, "0")}`,
  };
}
