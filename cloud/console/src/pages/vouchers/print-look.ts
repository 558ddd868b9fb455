/** How this provider's vouchers look on the page that the browser prints. */
import { readDesign, readPortalAddress } from "../../data/catalogue/printing.ts";
import { listPictures, pictureSource } from "../../data/tenancy/pictures.ts";
import { say } from "../../strings/strings.ts";
import type { PrintLook } from "./print-sheet.ts";

/** @param siteId the site that sells these vouchers; null: not known, so nothing leads there */
export async function readPrintLook(providerName: string, siteId: string | null): Promise<PrintLook> {
  const design = await readDesign();
  const pictures = design.pictureId === null ? [] : await listPictures();
  const picture = pictures.find(({ pictureId }) => pictureId === design.pictureId);
  const address = !design.showsQr || siteId === null ? null : await readPortalAddress(siteId);
  return {
    title: design.title ?? providerName,
    words: design.words ?? say("voucherHow"),
    colour: design.colour,
    logo: picture === undefined ? null : await pictureSource(picture),
    showsPrice: design.showsPrice,
    portal: address?.typed ?? address?.ofSetUp ?? null,
  };
}
