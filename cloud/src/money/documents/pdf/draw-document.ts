/** Draws a document, and a statement of account, as a PDF in one language. */
import { moneyText } from "@karibu/protocol/money-text";
import { displayName } from "@karibu/protocol/plan-name";
import { writtenDay, writtenSpan } from "@karibu/protocol/written-day";
import { drawQr } from "../../../catalogue/printing/draw-sheet.ts";
import { vatStandingOf } from "../../tax/vat-standing.ts";
import type { DocumentRow } from "../document.ts";
import type { DocumentLanguage, DocumentLine, Seller } from "../document-facts.ts";
import { documentWords, entryWords, lineWords, plainInvoice, titles, treatmentWords } from "../document-words.ts";
import type { Statement } from "../statement.ts";
import {
  type Brand,
  drawFacts,
  drawHead,
  drawTable,
  finish,
  inner,
  makeRoom,
  newPaper,
  type Paper,
  write,
} from "./draw-page.ts";

/** What the tax authority said of it. */
export interface FiscalMark {
  readonly state: "waiting" | "accepted" | "refused";
  readonly controlUnit: string | null;
  readonly fiscalNumber: string | null;
  readonly signature: string | null;
  readonly qrText: string | null;
}

export interface Drawn {
  readonly document: Omit<DocumentRow, "providerId">;
  readonly language: DocumentLanguage;
  readonly brand: Brand;
  /** Null: no authority is told of it. */
  readonly fiscal: FiscalMark | null;
  /** Of what a credit note takes back. */
  readonly refersToNumber: string | null;
  readonly paymentWords: string | null;
  /** Where the next one can be paid; null: nowhere by a link. */
  readonly paymentLink: string | null;
  /** The customer's own at the paybill; null: they have none, or whoever reads it may be somebody else. */
  readonly payNumber: string | null;
}

/** Whether it may call itself a tax invoice. */
function isTaxDocument({ document, fiscal }: Pick<Drawn, "document" | "fiscal">): boolean {
  if (document.kind === "receipt" || !document.seller.vatRegistered) return false;
  return fiscal === null || fiscal.state === "accepted";
}

export async function drawDocument(drawn: Drawn): Promise<Buffer> {
  const { document, language, brand, fiscal } = drawn;
  const word = (name: keyof typeof documentWords) => documentWords[name][language];
  const isTax = isTaxDocument(drawn);
  const title = document.kind === "tax-invoice" && !isTax ? plainInvoice[language] : titles[document.kind][language];
  const paper = newPaper(`${title} ${document.numberText}`);
  const top = drawHead(paper, { brand, seller: document.seller, title, language });
  const half = inner.width / 2;
  const left = drawFacts(paper, factsOf(drawn), { x: inner.left, y: top, width: half - 10 });
  const right = drawBuyer(paper, drawn, top);
  const sign = document.kind === "credit-note" ? -1 : 1;
  const amount = (cents: number) => moneyText(sign * cents, document.currency);
  const table = await drawTable(
    paper,
    {
      columns: [
        { head: word("what"), share: 0.4 },
        { head: word("quantity"), share: 0.11, align: "right" },
        { head: word("tax"), share: 0.29 },
        { head: word("amount"), share: 0.2, align: "right" },
      ],
      rows: document.lines.map((line) => [
        lineText(line, language),
        String(line.quantity),
        taxText(line, document.seller, language),
        amount(line.totalCents),
      ]),
      colour: brand.colour,
    },
    Math.max(left, right) + 14,
  );
  let at = drawTotals(paper, drawn, amount, makeRoom(paper, table, 110));
  const because =
    document.kind === "receipt" || isTax
      ? null
      : word(fiscal === null || fiscal.state === "accepted" ? "notTax" : "waits");
  if (because !== null)
    at = write(paper, because, {
      x: inner.left,
      y: at + 4,
      width: inner.width,
      size: 10,
      isBold: true,
      colour: "#8a1c1c",
    });
  const hasTax = document.vatCents !== 0 || document.exciseCents !== 0 || document.seller.vatRegistered;
  at = write(paper, word(hasTax ? "inclusive" : "noVat"), {
    x: inner.left,
    y: at + 6,
    width: inner.width,
    size: 8,
    colour: "#555555",
  });
  if (fiscal?.state === "accepted") at = drawFiscal(paper, fiscal, language, makeRoom(paper, at + 14, 110));
  if (document.kind === "tax-invoice") drawPaying(paper, drawn, makeRoom(paper, at + 14, 110));
  return finish(paper, language, `${document.seller.name} · ${document.numberText}`);
}

function factsOf({ document, language, refersToNumber }: Drawn): [string, string][] {
  const word = (name: keyof typeof documentWords) => documentWords[name][language];
  const { kind, reason } = document;
  const label = kind === "receipt" ? word("receiptNumber") : kind === "sales-summary" ? word("site") : word("reason");
  return [
    [word("number"), document.numberText],
    [word("issuedOn"), writtenDay(document.issuedOn, language)],
    [word("suppliedOn"), writtenDay(document.suppliedOn, language)],
    ...(refersToNumber === null ? [] : [[word("refersTo"), refersToNumber] as [string, string]]),
    ...(reason === null ? [] : [[label, reasonText(reason, language)] as [string, string]]),
  ];
}

/** The hub's own reasons are codes of lines. */
const reasonText = (reason: string, language: DocumentLanguage): string =>
  Object.hasOwn(lineWords, reason) ? lineWords[reason as keyof typeof lineWords][language] : reason;

function drawBuyer(paper: Paper, { document, language }: Drawn, y: number): number {
  const x = inner.left + inner.width / 2 + 10;
  const width = inner.width / 2 - 10;
  const name = document.customerName ?? (document.kind === "sales-summary" ? documentWords.walkIn[language] : "");
  if (name === "") return y;
  let at = write(paper, documentWords.billTo[language], { x, y, width, size: 9, colour: "#555555" });
  at = write(paper, name, { x, y: at + 2, width, size: 11, isBold: true });
  if (document.customerPin === null) return at;
  return write(paper, `${documentWords.taxPin[language]}: ${document.customerPin}`, { x, y: at + 2, width, size: 9 });
}

function drawTotals(paper: Paper, { document, language, brand }: Drawn, amount: (cents: number) => string, y: number) {
  const word = (name: keyof typeof documentWords) => documentWords[name][language];
  const x = inner.left + inner.width * 0.5;
  const width = inner.width * 0.5;
  const rows: [string, number][] = [
    ...(document.netCents === document.totalCents ? [] : [[word("net"), document.netCents] as [string, number]]),
    ...(document.exciseCents === 0 ? [] : [[word("excise"), document.exciseCents] as [string, number]]),
    ...(document.vatCents === 0 ? [] : [[word("vat"), document.vatCents] as [string, number]]),
  ];
  let at = y;
  for (const [label, cents] of rows) {
    write(paper, label, { x, y: at, width: width * 0.5, size: 9, colour: "#555555" });
    at =
      write(paper, amount(cents), { x: x + width * 0.5, y: at, width: width * 0.5 - 5, size: 9, align: "right" }) + 3;
  }
  const total = word(document.kind === "credit-note" ? "totalCredited" : "total");
  write(paper, total, { x, y: at + 2, width: width * 0.5, size: 12, isBold: true, colour: brand.colour });
  const figure = {
    x: x + width * 0.4,
    y: at + 2,
    width: width * 0.6 - 5,
    size: 12,
    isBold: true,
    align: "right" as const,
  };
  const end = write(paper, amount(document.totalCents), figure) + 8;
  if (document.kind !== "tax-invoice") return end;
  // An invoice is issued for what was charged: from credit or for cash, it is paid.
  write(paper, word("paid"), { x, y: end, width: width * 0.5, size: 9, colour: "#555555" });
  const paid = { x: x + width * 0.5, y: end, width: width * 0.5 - 5, size: 9, align: "right" as const };
  return write(paper, amount(document.totalCents), paid) + 6;
}

function drawFiscal(paper: Paper, fiscal: FiscalMark, language: DocumentLanguage, y: number): number {
  const word = (name: keyof typeof documentWords) => documentWords[name][language];
  const facts = [
    [word("controlUnit"), fiscal.controlUnit],
    [word("fiscalNumber"), fiscal.fiscalNumber],
    [word("signature"), fiscal.signature],
  ].filter((fact): fact is [string, string] => fact[1] !== null);
  const end = drawFacts(paper, facts, { x: inner.left, y, width: inner.width * 0.7 });
  const side = 84;
  if (fiscal.qrText !== null) drawQr(paper, fiscal.qrText, { x: inner.right - side, y, width: side, height: side });
  return Math.max(end, y + side);
}

function drawPaying(paper: Paper, drawn: Drawn, y: number): void {
  const { paymentWords, paymentLink, payNumber, language, brand } = drawn;
  if (paymentWords === null && paymentLink === null) return;
  const head = { x: inner.left, width: inner.width * 0.7, colour: brand.colour, isBold: true };
  let at = write(paper, documentWords.howToPay[language], { ...head, y, size: 10 });
  const words = { x: inner.left, width: inner.width * 0.7, size: 9 };
  if (paymentWords !== null) at = write(paper, paymentWords, { ...words, y: at + 3 });
  if (payNumber !== null)
    write(paper, `${documentWords.payNumber[language]}: ${payNumber}`, { ...words, y: at + 3, isBold: true });
  if (paymentLink === null) return;
  const side = 84;
  drawQr(paper, paymentLink, { x: inner.right - side, y, width: side, height: side });
  const under = { x: inner.right - side, width: side, size: 8, colour: "#555555" };
  write(paper, documentWords.scanToPay[language], { ...under, y: y + side + 2 });
}

/** `Home 10M, 22 Nov 2026 – 22 Dec 2026` */
function lineText({ kind, text, period }: DocumentLine, language: DocumentLanguage): string {
  const own = kind === "plan" || kind === "sales" || kind === "refunds" || kind === "plan-change";
  const name = text === "" ? "" : own ? displayName(text, language) : text;
  const word = lineWords[kind][language];
  const called = name === "" ? word : kind === "plan" || kind === "item" ? name : `${word}: ${name}`;
  return period === undefined ? called : `${called}, ${writtenSpan(period.fromDay, period.untilDay, language)}`;
}

/** Who is not registered for VAT says nothing of it: neither "zero-rated" nor "exempt", which only the registered are. */
function taxText(line: DocumentLine, seller: Seller, language: DocumentLanguage): string {
  const { vatBp, exciseBp } = line;
  const standing = vatStandingOf(line, seller.vatRegistered);
  if (standing === "exempt" || standing === "zero-rated" || standing === "outside")
    return treatmentWords[standing][language];
  const parts = [
    ...(vatBp === 0 ? [] : [`${documentWords.vat[language]} ${vatBp / 100}\u00a0%`]),
    ...(exciseBp === 0 ? [] : [`${documentWords.excise[language]} ${exciseBp / 100}\u00a0%`]),
  ];
  return parts.length === 0 ? "–" : parts.join(", ");
}

export interface DrawnStatement {
  readonly seller: Seller;
  readonly brand: Brand;
  readonly language: DocumentLanguage;
  readonly customerName: string;
  readonly fromDay: string;
  readonly untilDay: string;
  readonly statements: readonly Statement[];
  /** The provider's day of a moment. */
  readonly dayOf: (atMs: number) => string;
}

export async function drawStatement(drawn: DrawnStatement): Promise<Buffer> {
  const { seller, brand, language, customerName, fromDay, untilDay, statements, dayOf } = drawn;
  const word = (name: keyof typeof documentWords) => documentWords[name][language];
  const written = (day: string) => writtenDay(day, language);
  const title = word("statement");
  const paper = newPaper(`${title} ${customerName}`);
  const top = drawHead(paper, { brand, seller, title, language });
  const facts: [string, string][] = [
    [word("billTo"), customerName],
    [word("from"), written(fromDay)],
    [word("until"), written(untilDay)],
  ];
  let at = drawFacts(paper, facts, { x: inner.left, y: top, width: inner.width }) + 10;
  if (statements.length === 0)
    at = write(paper, word("nothing"), { x: inner.left, y: at, width: inner.width, size: 10 }) + 8;
  for (const { currency, openingCents, rows, closingCents } of statements) {
    at = await drawTable(
      paper,
      {
        columns: [
          { head: word("date"), share: 0.16 },
          { head: word("what"), share: 0.4 },
          { head: word("amount"), share: 0.22, align: "right" },
          { head: word("balance"), share: 0.22, align: "right" },
        ],
        rows: [
          [written(fromDay), word("opening"), "", moneyText(openingCents, currency)],
          ...rows.map((row) => [
            written(dayOf(row.atMs)),
            [entryWords[row.kind]?.[language] ?? row.kind, row.number ?? row.reference].filter(Boolean).join(" · "),
            moneyText(row.amountCents, currency),
            moneyText(row.balanceCents, currency),
          ]),
          [written(untilDay), word("closing"), "", moneyText(closingCents, currency)],
        ],
        colour: brand.colour,
      },
      makeRoom(paper, at, 120),
    );
  }
  write(paper, word("inCredit"), { x: inner.left, y: makeRoom(paper, at, 20), width: inner.width, size: 8 });
  return finish(paper, language, `${seller.name} · ${title}`);
}
