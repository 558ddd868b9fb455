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
  /** What the terms are called, in each language of the page. */
  readonly termsIn?: Readonly<Record<string, string>>;
}

/** Of the languages in which providers write. */
const usualTerms: Readonly<Record<string, string>> = { en: "Terms", sw: "Masharti" };

/** Behind the portal's own style sheet. Of each text the page shows the one that is for its language. */
export const belowCss = (languages: readonly string[] = Object.keys(usualTerms)): string =>
  `.below{display:grid;gap:12px;max-width:560px;margin:0 auto;padding:0 16px 28px;text-align:center}.below .card{display:block;color:inherit;text-decoration:none;overflow-wrap:anywhere}.below img{display:block;width:100%;height:auto;max-height:240px;margin-bottom:10px;object-fit:contain;border-radius:12px}.below>a:not(.card){padding:14px;color:var(--green);font-weight:680;text-decoration:none}${languages.map((one) => `:root[lang=${one}] .below span[class]:not(.${one})`).join()}{display:none}`;

/** Empty: nothing. `urlOf`: null for a picture that is not here. */
export function belowHtml(
  { adverts, hasTerms, termsIn = usualTerms }: Below,
  urlOf: (picture: BrandPicture) => string | null,
): string {
  if (adverts.length === 0 && !hasTerms) return "";
  const languages = Object.keys(termsIn);
  const terms = hasTerms ? `<a href="/terms">${inEach(termsIn, languages)}</a>` : "";
  return `<aside class="below">${adverts.map((advert) => card(advert, languages, urlOf)).join("")}${terms}</aside>`;
}

function card(
  { text, picture, link }: Below["adverts"][number],
  languages: readonly string[],
  urlOf: (picture: BrandPicture) => string | null,
): string {
  const url = picture === undefined ? null : urlOf(picture);
  const drawn =
    picture === undefined || url === null
      ? ""
      : `<img src="${escaped(url)}" width="${picture.width}" height="${picture.height}" alt="" loading="lazy">`;
  const inside = drawn + inEach(text, languages);
  return link === undefined
    ? `<p class="card">${inside}</p>`
    : `<a class="card" href="${escaped(link)}" target="_blank" rel="noopener noreferrer">${inside}</a>`;
}

/** Classes say for which languages each is: the first is also for those in which nobody wrote anything. */
function inEach(text: Readonly<Record<string, string | undefined>>, languages: readonly string[]): string {
  const written = languages.filter((one) => text[one] !== undefined);
  const others = languages.filter((one) => text[one] === undefined);
  return written
    .map((one, at) => {
      const isFor = written.length === 1 ? "" : ` class="${[one, ...(at === 0 ? others : [])].join(" ")}"`;
      return `<span${isFor} lang="${one}">${escaped(text[one] ?? "")}</span>`;
    })
    .join("");
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (sign) => `&#${sign.charCodeAt(0)};`);
