/**
 * What stands below the portal: adverts, and where the terms are. Plain HTML in the page itself, so that a phone fetches no script for it. Pure.
 *
 * Attackers. Who writes an advert: all text is escaped, a picture's address is ours, and a link was checked for https (`brand.ts`); it opens without a
 * way back to this page.
 */
import type { BrandPicture, PortalNotice } from "./brand.ts";

export interface Below {
  readonly adverts: readonly Pick<PortalNotice, "text" | "picture" | "link">[];
  readonly hasTerms: boolean;
}

/** Behind the portal's own style sheet. */
export const belowCss =
  ".below{display:grid;gap:12px;max-width:560px;margin:0 auto;padding:0 16px 28px;text-align:center}.below .card{display:block;color:inherit;text-decoration:none;overflow-wrap:anywhere}.below img{display:block;width:100%;height:auto;max-height:240px;margin-bottom:10px;object-fit:contain;border-radius:12px}.below>a:not(.card){padding:14px;color:var(--green);font-weight:680;text-decoration:none}:root[lang=sw] .below .en,:root[lang=en] .below .sw{display:none}";

/** Empty: nothing. `urlOf`: null for a picture that is not here. */
export function belowHtml({ adverts, hasTerms }: Below, urlOf: (picture: BrandPicture) => string | null): string {
  if (adverts.length === 0 && !hasTerms) return "";
  const terms = hasTerms ? `<a href="/terms">${inBoth({ en: "Terms", sw: "Masharti" })}</a>` : "";
  return `<aside class="below">${adverts.map((advert) => card(advert, urlOf)).join("")}${terms}</aside>`;
}

function card(
  { text, picture, link }: Below["adverts"][number],
  urlOf: (picture: BrandPicture) => string | null,
): string {
  const url = picture === undefined ? null : urlOf(picture);
  const drawn =
    picture === undefined || url === null
      ? ""
      : `<img src="${escaped(url)}" width="${picture.width}" height="${picture.height}" alt="" loading="lazy">`;
  const inside = drawn + inBoth(text);
  return link === undefined
    ? `<p class="card">${inside}</p>`
    : `<a class="card" href="${escaped(link)}" target="_blank" rel="noopener noreferrer">${inside}</a>`;
}

/** Which of two is shown, the style sheet says: by the language of the page. */
function inBoth({ en, sw }: { readonly en?: string | undefined; readonly sw?: string | undefined }): string {
  if (en === undefined || sw === undefined)
    return `<span lang="${en === undefined ? "sw" : "en"}">${escaped(en ?? sw ?? "")}</span>`;
  return `<span class="en" lang="en">${escaped(en)}</span><span class="sw" lang="sw">${escaped(sw)}</span>`;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
