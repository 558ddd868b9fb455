/** Paper for documents: heads with the provider's brand, tables that go on over pages, feet with page numbers. A4, upright. */
import { setImmediate as nextRound } from "node:timers/promises";
import PDFDocument from "pdfkit";
import { openPicture, printable } from "../../../catalogue/printing/draw-sheet.ts";
import type { Picture } from "../../../tenancy/pictures/picture-routes.ts";
import type { DocumentLanguage, Seller } from "../document-facts.ts";
import { documentWords } from "../document-words.ts";

export type Paper = InstanceType<typeof PDFDocument>;

/** How a provider's documents look. */
export interface Brand {
  readonly colour: string;
  /** Null: none, or it was deleted. */
  readonly logo: Picture | null;
}

const [width, height, margin] = [595.28, 841.89, 48];
export const inner = { left: margin, right: width - margin, width: width - 2 * margin, bottom: height - 64 } as const;
const ink = "#111111";
const soft = "#555555";

export function newPaper(title: string): Paper {
  return new PDFDocument({
    size: [width, height],
    margin: 0,
    bufferPages: true,
    info: { Title: printable(title), Creator: "Karibu", Producer: "Karibu" },
  });
}

/** Ends it, with numbers on its pages. */
export function finish(paper: Paper, language: DocumentLanguage, foot: string): Promise<Buffer> {
  const { count } = paper.bufferedPageRange();
  for (let page = 0; page < count; page++) {
    paper.switchToPage(page);
    const text = documentWords.page[language].replace("{page}", String(page + 1)).replace("{pages}", String(count));
    write(paper, `${foot} · ${text}`, { x: inner.left, y: height - 40, width: inner.width, size: 8, colour: soft });
  }
  const chunks: Buffer[] = [];
  paper.on("data", (chunk: Buffer) => chunks.push(chunk));
  const made = new Promise<Buffer>((resolve) => paper.on("end", () => resolve(Buffer.concat(chunks))));
  paper.end();
  return made;
}

export interface Written {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly size: number;
  readonly colour?: string;
  readonly isBold?: boolean;
  readonly align?: "left" | "right" | "center";
}

/** @returns where it ends */
export function write(paper: Paper, text: string, { x, y, width, size, colour = ink, isBold, align }: Written): number {
  const shown = printable(text);
  paper.font(isBold === true ? "Helvetica-Bold" : "Helvetica").fontSize(size);
  const tall = paper.heightOfString(shown, { width });
  paper.fillColor(colour).text(shown, x, y, { width, align: align ?? "left" });
  return y + tall;
}

/** The brand and the seller. @returns where the rest begins */
export function drawHead(
  paper: Paper,
  { brand, seller, title, language }: { brand: Brand; seller: Seller; title: string; language: DocumentLanguage },
): number {
  paper.rect(0, 0, width, 6).fill(brand.colour);
  const half = inner.width / 2;
  let left = 32;
  if (brand.logo !== null) {
    paper.image(openPicture(paper, brand.logo.bytes), inner.left, left, { fit: [half - 20, 64] });
    left += 74;
  }
  left = write(paper, title, { x: inner.left, y: left, width: half, size: 20, isBold: true, colour: brand.colour });
  const pin = seller.taxPin === null ? [] : [`${documentWords.taxPin[language]}: ${seller.taxPin}`];
  const lines = [...(seller.address ?? "").split("\n"), seller.phone ?? "", ...pin].filter((line) => line !== "");
  const column = { x: inner.left + half, width: half, align: "right" as const };
  let right = write(paper, seller.name, { ...column, y: 36, size: 11, isBold: true });
  for (const line of lines) right = write(paper, line, { ...column, y: right + 2, size: 9, colour: soft });
  return Math.max(left, right) + 22;
}

/** Labels with values below each other. @returns where it ends */
export function drawFacts(
  paper: Paper,
  facts: readonly (readonly [label: string, value: string])[],
  { x, y, width: wide }: { readonly x: number; readonly y: number; readonly width: number },
): number {
  let at = y;
  for (const [label, value] of facts) {
    write(paper, label, { x, y: at, width: wide * 0.42, size: 9, colour: soft });
    at = write(paper, value, { x: x + wide * 0.44, y: at, width: wide * 0.56, size: 9 }) + 3;
  }
  return at;
}

export interface Column {
  readonly head: string;
  /** Of the inner width. */
  readonly share: number;
  readonly align?: "right";
}

const padding = 5;

/** Rows between two pauses: a few milliseconds, so that other requests can run. */
const atOnce = 10;

/** A row that does not fit goes to a new page, under the same heads. @returns where it ends */
export async function drawTable(
  paper: Paper,
  { columns, rows, colour }: { columns: readonly Column[]; rows: readonly (readonly string[])[]; colour: string },
  y: number,
): Promise<number> {
  const head = (top: number) =>
    drawRow(
      paper,
      columns,
      columns.map((column) => column.head),
      { y: top, isBold: true, colour },
    ) + 2;
  let at = head(y);
  rule(paper, at, colour);
  for (const [nth, cells] of rows.entries()) {
    if (nth % atOnce === atOnce - 1) await nextRound();
    if (at + rowHeight(paper, columns, cells) > inner.bottom) {
      paper.addPage();
      at = head(40);
      rule(paper, at, colour);
    }
    at = drawRow(paper, columns, cells, { y: at + 2 });
    rule(paper, at, "#dddddd");
  }
  return at + 8;
}

/** A new page where so much does not fit. @returns where to go on */
export function makeRoom(paper: Paper, y: number, tall: number): number {
  if (y + tall <= inner.bottom) return y;
  paper.addPage();
  return 48;
}

function rule(paper: Paper, y: number, colour: string): void {
  paper.moveTo(inner.left, y).lineTo(inner.right, y).lineWidth(0.6).strokeColor(colour).stroke();
}

function drawRow(
  paper: Paper,
  columns: readonly Column[],
  cells: readonly string[],
  { y, isBold, colour }: { y: number; isBold?: boolean; colour?: string },
): number {
  let x = inner.left;
  let end = y;
  for (const [at, { share, align }] of columns.entries()) {
    const wide = share * inner.width;
    const style = { ...(isBold === undefined ? {} : { isBold }), ...(colour === undefined ? {} : { colour }) };
    const cell = { x: x + padding, y: y + 3, width: wide - 2 * padding, size: 9, align: align ?? ("left" as const) };
    end = Math.max(end, write(paper, cells[at] ?? "", { ...cell, ...style }) + 3);
    x += wide;
  }
  return end;
}

function rowHeight(paper: Paper, columns: readonly Column[], cells: readonly string[]): number {
  paper.font("Helvetica").fontSize(9);
  const heights = columns.map(({ share }, at) =>
    paper.heightOfString(printable(cells[at] ?? ""), { width: share * inner.width - 2 * padding }),
  );
  return Math.max(...heights) + 10;
}
