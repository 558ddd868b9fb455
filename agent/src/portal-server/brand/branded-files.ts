/**
 * The built portal in the provider's brand: its page with the brand's style sheet behind the portal's own, so that the first thing that a phone
 * draws has the right colours. All other files are as they were built. Made anew when the brand or its pictures change, not for each phone.
 */
import { gzipSync } from "node:zlib";
import { type BrandBody, pictureUrl } from "@karibu/protocol/brand/brand";
import { ownColours } from "@karibu/protocol/brand/brand-colours";
import { brandCss, lookOf } from "@karibu/protocol/brand/brand-css";
import type { StaticFile, StaticFiles } from "../../ground/http.ts";
import type { FeedStore } from "../../store/feed-store.ts";
import { inlineHashes } from "../http/static-files.ts";

/** What the pages need of the pictures. */
export interface HerePictures {
  has(sha256: string): boolean;
  readonly version: number;
}

export type PageFiles = Pick<StaticFiles, "get">;

export function createBrandedFiles(
  files: StaticFiles,
  feed: Pick<FeedStore, "rows">,
  pictures: HerePictures | null,
): PageFiles {
  let made: { readonly of: BrandBody; readonly version: number; readonly page: StaticFile } | null = null;

  return {
    get(path) {
      const file = files.get(path);
      const brand = path === "/" ? feed.rows("brand").get("brand") : undefined;
      if (file === undefined || brand === undefined) return file;
      const version = pictures?.version ?? 0;
      if (made?.of !== brand || made.version !== version) made = { of: brand, version, page: branded(file, brand) };
      return made.page;
    },
  };

  function branded(file: StaticFile, brand: BrandBody): StaticFile {
    const css = brandCss(lookOf(brand, (picture) => (pictures?.has(picture.sha256) ? pictureUrl(picture) : null)));
    if (css === "") return file;
    const built = Buffer.from(file.body).toString("utf8");
    const head = built.indexOf("<style>");
    const end = built.indexOf("</style>");
    if (head < 0 || end < head) return file;
    // Before the styles: the icon, and the colour that a browser paints itself.
    const html = inColours(built.slice(0, head), brand) + built.slice(head, end) + css + built.slice(end);
    const body = Buffer.from(html);
    return {
      ...file,
      body,
      gzip: file.gzip === null ? null : gzipSync(body, { level: 9 }),
      inlineHashes: inlineHashes(html),
    };
  }
}

function inColours(text: string, { mainColour, accentColour }: BrandBody): string {
  const digits = (colour: string) => colour.slice(1);
  return text
    .replaceAll(digits(ownColours.mainColour), digits(mainColour ?? ownColours.mainColour))
    .replaceAll(digits(ownColours.accentColour), digits(accentColour ?? ownColours.accentColour));
}
