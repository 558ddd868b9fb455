/** A document as a PDF: what was issued, in one language, with the brand of today and what the tax authority said since. */
import type { Tx } from "../../ground/db/database.ts";
import { readBrand } from "../../tenancy/brand/brands.ts";
import { readPicture } from "../../tenancy/pictures/picture-routes.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import { findSubmission, type SubmissionRow } from "../fiscal/submissions.ts";
import { readCustomerNumber } from "../matching/customer-numbers.ts";
import { plainColour, readTaxSettings } from "../tax/tax-settings.ts";
import type { DocumentRow } from "./document.ts";
import type { DocumentLanguage } from "./document-facts.ts";
import { readDocument } from "./issue-document.ts";
import { type Drawn, drawDocument, type FiscalMark } from "./pdf/draw-document.ts";
import type { Brand } from "./pdf/draw-page.ts";

export interface PdfWish {
  /** Left out: the provider's. */
  readonly language?: DocumentLanguage | undefined;
  /** Who holds a link may be anybody: the customer's name is shown by its first letters. */
  readonly isMasked?: boolean;
  /** Where the customer pays what is due then. It gives access, so only a file for the customer alone has it. Left out: nowhere by a link. */
  readonly paymentLink?: string | null;
}

/** What is drawn, read in a transaction; draw it outside of it. Throws a Problem 404. */
export async function readDrawn(tx: Tx, documentId: string, wish: PdfWish = {}): Promise<Drawn> {
  const document = await readDocument(tx, documentId);
  const { language, brand, paymentWords } = await readLook(tx, document.providerId, wish.language);
  const { isMasked = false, paymentLink = null } = wish;
  const submission = await findSubmission(tx, documentId);
  return {
    document: isMasked ? masked(document) : document,
    language,
    brand,
    fiscal: submission === null ? null : fiscalMark(submission),
    refersToNumber: document.refersTo === null ? null : (await readDocument(tx, document.refersTo)).numberText,
    paymentWords,
    paymentLink,
    payNumber: isMasked || document.customerId === null ? null : await readCustomerNumber(tx, document.customerId),
  };
}

export async function readLook(
  tx: Tx,
  providerId: string,
  language?: DocumentLanguage,
): Promise<{ language: DocumentLanguage; brand: Brand; paymentWords: string | null }> {
  const { colour: ownColour, pictureId: ownPictureId, paymentWords } = await readTaxSettings(tx, providerId);
  // Documents wear the brand, where the tax settings say nothing else.
  const worn = await readBrand(tx, providerId);
  const colour = ownColour === plainColour ? (worn.mainColour ?? ownColour) : ownColour;
  const pictureId = ownPictureId ?? worn.logoPictureId;
  const { locale } = await readProviderRow(tx, providerId);
  const logo = pictureId === null ? null : await readPicture(tx, pictureId);
  return { language: language ?? (locale === "sw" ? "sw" : "en"), brand: { colour, logo }, paymentWords };
}

/** The PDF of one document. Drawing takes a few milliseconds and needs no database. */
export async function documentPdf(tx: Tx, documentId: string, wish: PdfWish = {}): Promise<Buffer> {
  return drawDocument(await readDrawn(tx, documentId, wish));
}

const fiscalMark = (row: SubmissionRow): FiscalMark => ({
  state: row.state,
  controlUnit: row.controlUnit,
  fiscalNumber: row.fiscalNumber,
  signature: row.signature,
  qrText: row.qrText,
});

function masked(document: DocumentRow): DocumentRow {
  const { customerName: name, customerPin: pin } = document;
  return {
    ...document,
    customerName: name === null ? null : maskName(name),
    customerPin: pin === null ? null : `${pin.slice(0, 2)}***`,
  };
}

/** `Jane Wanjiku` is `J*** W***`; a number that stands in for a name is masked already. */
const maskName = (name: string): string =>
  name
    .split(/\s+/u)
    .filter((word) => word !== "")
    .map((word) => (/^\d/.test(word) ? word : `${[...word][0] ?? ""}***`))
    .join(" ");
