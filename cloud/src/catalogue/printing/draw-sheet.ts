/** Draws vouchers into a PDF. */
import { moneyText } from "@karibu/protocol/money-text";
import { displayName } from "@karibu/protocol/plan-name";
import { type Clock, sleep } from "@karibu/protocol/world";
import { generate } from "lean-qr";
import PDFDocument from "pdfkit";
import { type Box, cardParts, perPage, placeOf, type SheetLayout } from "./sheet-layout.ts";
import type { SheetLook } from "./voucher-design.ts";

export interface PrintedVoucher {
  readonly code: string;
  /** Null: it has none. */
  readonly pin: string | null;
  readonly planName: string;
  readonly priceCents: number;
  readonly currency: string;
  /** What its picture says; null: it has none. */
  readonly address: string | null;
}

type Document = InstanceType<typeof PDFDocument>;
/** An opened picture is embedded once, however often it is drawn; its types know only the way that embeds it each time. */
export type OpenedPicture = string & { readonly opened: true };
type Align = "left" | "center";

/** Vouchers between two pauses: a few milliseconds, so that other requests can run. */
const atOnce = 10;
const quietModules = 2;

/** Ends the document. The caller reads from it meanwhile, or pipes it. */
export function newDocument({ page }: SheetLayout, title: string): Document {
  return new PDFDocument({
    size: [page.width, page.height],
    margin: 0,
    autoFirstPage: false,
    info: { Title: printable(title), Creator: "Karibu", Producer: "Karibu" },
  });
}

export async function drawSheet(
  clock: Clock,
  document: Document,
  {
    layout,
    look,
    vouchers,
  }: { readonly layout: SheetLayout; readonly look: SheetLook; readonly vouchers: readonly PrintedVoucher[] },
): Promise<void> {
  const logo = look.logo === null ? null : openPicture(document, look.logo.bytes);
  for (const [at, voucher] of vouchers.entries()) {
    if (at % perPage(layout) === 0) document.addPage();
    drawCard(document, { layout, look, logo }, placeOf(layout, at % perPage(layout)), voucher);
    if (at % atOnce === atOnce - 1) await sleep(clock, 0);
  }
  document.end();
}

interface Shared {
  readonly layout: SheetLayout;
  readonly look: SheetLook;
  readonly logo: OpenedPicture | null;
}

export function openPicture(document: Document, bytes: Uint8Array): OpenedPicture {
  return (document as unknown as { openImage(bytes: Buffer): OpenedPicture }).openImage(Buffer.from(bytes));
}

function drawCard(document: Document, { layout, look, logo }: Shared, place: Box, voucher: PrintedVoucher): void {
  const { isThermal } = layout;
  const colour = isThermal ? "#000000" : look.colour;
  const align: Align = isThermal ? "center" : "left";
  const parts = cardParts(layout, place, { logo: logo !== null, qr: voucher.address !== null });
  if (!isThermal) {
    document.save().lineWidth(0.5).dash(3, { space: 2 }).strokeColor("#888888");
    document.rect(place.x, place.y, place.width, place.height).stroke().restore();
  }
  if (logo !== null && parts.logo !== null) {
    const { x, y, width, height } = parts.logo;
    const centred = isThermal ? { align: "center" as const } : {};
    document.image(logo, x, y, { fit: [width, height * 0.9], valign: "center", ...centred });
  }
  const line = (text: string, box: Box, font: Font, fill: string) =>
    drawLine(document, { text, box, align, fill, ...font });
  line(look.title, parts.title, { font: "Helvetica-Bold", most: isThermal ? 13 : 12 }, colour);
  line(grouped(voucher.code), parts.code, { font: "Courier-Bold", most: isThermal ? 22 : 20 }, "#000000");
  const plan = displayName(voucher.planName, look.locale);
  // Not "PIN": who reads that thinks of the wallet's.
  const check = voucher.pin === null ? "" : ` · ${look.locale === "sw" ? "Uhakiki" : "Check no."} ${voucher.pin}`;
  const price = look.showsPrice ? ` · ${moneyText(voucher.priceCents, voucher.currency)}` : "";
  line(plan + price + check, parts.plan, { font: "Helvetica-Bold", most: isThermal ? 11 : 10 }, "#000000");
  drawText(document, look.words, parts.words, align);
  if (parts.qr !== null && voucher.address !== null) drawQr(document, voucher.address, parts.qr);
}

interface Font {
  readonly font: "Helvetica" | "Helvetica-Bold" | "Courier-Bold";
  /** The largest size; a text that is too long gets a smaller one. */
  readonly most: number;
}

const sizeLeast = 5;

/** One line, as large as fits, in the middle of its height. */
function drawLine(
  document: Document,
  { text, box, align, fill, font, most }: Font & { text: string; box: Box; align: Align; fill: string },
): void {
  const shown = printable(text);
  document.font(font).fillColor(fill);
  let size = Math.min(most, box.height * 0.85);
  // A text of exactly the width would be cut: rounding makes it wider.
  while (size > sizeLeast && document.fontSize(size).widthOfString(shown) > box.width * 0.98) size -= 0.5;
  document.fontSize(size);
  const height = document.currentLineHeight();
  const y = box.y + Math.max(0, (box.height - height) / 2);
  document.text(shown, box.x, y, { width: box.width, height, align, ellipsis: true, lineBreak: true });
}

/** Several lines, as many as fit. */
function drawText(document: Document, text: string, box: Box, align: Align): void {
  const shown = printable(text);
  document.font("Helvetica").fillColor("#333333");
  let size = 8;
  while (size > sizeLeast && document.fontSize(size).heightOfString(shown, { width: box.width }) > box.height)
    size -= 0.5;
  document.fontSize(size).text(shown, box.x, box.y, { width: box.width, height: box.height, align, ellipsis: true });
}

/** Dark runs of each row as one path: some hundred rectangles, and sharp at every size. */
export function drawQr(document: Document, text: string, { x, y, width }: Box): void {
  const code = generate(text);
  const module = width / (code.size + 2 * quietModules);
  const [left, top] = [x + quietModules * module, y + quietModules * module];
  for (let row = 0; row < code.size; row++) {
    for (let from = 0; from < code.size; from++) {
      if (!code.get(from, row)) continue;
      let until = from;
      while (until < code.size && code.get(until, row)) until++;
      document.rect(left + from * module, top + row * module, (until - from) * module, module);
      from = until;
    }
  }
  document.fill("#000000");
}

/** `1234567890` -> `12345 67890`: easier to read out and to type. */
function grouped(code: string): string {
  return code.length <= 6 ? code : (code.match(/.{1,5}/g) ?? [code]).join(" ");
}

/** Windows-1252, which a PDF's own fonts have: Latin letters of western Europe, so English and Swahili whole. */
const alsoPrintable = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ";

/** Other letters lose their marks; where nothing is left of one, it is a question mark. */
export function printable(text: string): string {
  return Array.from(text.normalize("NFC"), (letter) => {
    if (isPrintable(letter)) return letter;
    const [plain = ""] = letter.normalize("NFKD");
    return isPrintable(plain) ? plain : /\s/u.test(letter) ? " " : "?";
  }).join("");
}

function isPrintable(letter: string): boolean {
  return /^[\u0020-\u007e\u00a0-\u00ff]$/u.test(letter) || (letter !== "" && alsoPrintable.includes(letter));
}
