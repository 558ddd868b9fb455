/**
 * The built portal in the provider's brand: its page with the brand's style sheet behind the portal's own, so that the first thing that a phone
 * draws has the right colours; and what the provider advertises below it. All other files are as they were built. Made anew when something of that
 * changes, not for each phone.
 */
import { gzipSync } from "node:zlib";
import { languages } from "@karibu/portal/strings/all-words";
import { belowCss, belowHtml } from "@karibu/protocol/brand/below-html";
import {
  type BrandBody,
  type BrandPicture,
  noticesAt,
  type PortalNotice,
  pictureUrl,
} from "@karibu/protocol/brand/brand";
import { ownColours } from "@karibu/protocol/brand/brand-colours";
import { brandCss, lookOf } from "@karibu/protocol/brand/brand-css";
import type { Clock } from "@karibu/protocol/world";
import { brandOf, noticesOf } from "../../brand/brand-rows.ts";
import type { StaticFile, StaticFiles } from "../../ground/http.ts";
import type { FeedStore } from "../../store/feed-store.ts";
import { styleHashes } from "../http/static-files.ts";
import { timeOf } from "./brand-view.ts";

/** What the pages need of the pictures. */
export interface HerePictures {
  has(sha256: string): boolean;
  readonly version: number;
}

export type PageFiles = Pick<StaticFiles, "get">;

export function createBrandedFiles(
  clock: Pick<Clock, "wall">,
  files: StaticFiles,
  feed: Pick<FeedStore, "rows">,
  pictures: HerePictures | null,
): PageFiles {
  let made: { readonly of: readonly unknown[]; readonly page: StaticFile } | null = null;
  const urlOf = (picture: BrandPicture) => (pictures?.has(picture.sha256) ? pictureUrl(picture) : null);

  return {
    get(path) {
      const file = files.get(path);
      if (file === undefined || path !== "/") return file;
      const brand = brandOf(feed);
      const { adverts } = noticesAt(noticesOf(feed), timeOf(clock.wall()));
      if (brand === undefined && adverts.length === 0) return file;
      const of = [brand, pictures?.version, ...adverts];
      if (made?.of.length !== of.length || made.of.some((one, at) => one !== of[at]))
        made = { of, page: branded(file, brand ?? {}, adverts) };
      return made.page;
    },
  };

  function branded(file: StaticFile, brand: BrandBody, adverts: readonly PortalNotice[]): StaticFile {
    const below = belowHtml({ adverts, hasTerms: brand.terms !== undefined, termsIn }, urlOf);
    const css = brandCss(lookOf(brand, urlOf)) + (below === "" ? "" : belowCss(Object.keys(termsIn)));
    const built = Buffer.from(file.body).toString("utf8");
    const [style, styleEnd, portalEnd] = ["<style>", "</style>", portalTag].map((tag) => built.indexOf(tag));
    if (css === "" || style === undefined || styleEnd === undefined || portalEnd === undefined) return file;
    if (style < 0 || styleEnd < style || portalEnd < styleEnd) return file;
    // Before the styles: the icon, and the colour that a browser paints itself.
    const head = inColours(built.slice(0, style), brand) + built.slice(style, styleEnd) + css;
    const html =
      head + built.slice(styleEnd, portalEnd + portalTag.length) + below + built.slice(portalEnd + portalTag.length);
    const body = Buffer.from(html);
    return {
      ...file,
      body,
      gzip: file.gzip === null ? null : gzipSync(body, { level: 9 }),
      styleHashes: styleHashes(html),
    };
  }
}

const termsIn = Object.fromEntries(Object.entries(languages).map(([one, { pages }]) => [one, pages.terms.title]));
const portalTag = "</karibu-portal>";

function inColours(text: string, { mainColour, accentColour }: BrandBody): string {
  const digits = (colour: string) => colour.slice(1);
  return text
    .replaceAll(digits(ownColours.mainColour), digits(mainColour ?? ownColours.mainColour))
    .replaceAll(digits(ownColours.accentColour), digits(accentColour ?? ownColours.accentColour));
}
