/**
 * The style sheet of a brand: it follows the portal's own, whose names it uses (`portal/src/styles/foundation.css`, `hero.css`). Pure. Sites put it
 * into the page, and the console's preview shows the same. Only what a schema has checked goes in: six digits, and addresses that we made.
 */
import type { BrandPicture } from "./brand.ts";
import { ownColours } from "./brand-colours.ts";

export interface BrandLook {
  readonly mainColour?: string | undefined;
  readonly accentColour?: string | undefined;
  readonly logo?: { readonly url: string; readonly width: number; readonly height: number } | null;
  readonly top?: { readonly url: string } | null;
}

const logoHeightPx = 32;
const logoWidthPxMax = 64;

/** Empty: there is nothing of its own. */
export function brandCss({ mainColour, accentColour, logo, top }: BrandLook): string {
  const main = mainColour ?? ownColours.mainColour;
  const accent = accentColour ?? ownColours.accentColour;
  const rules: string[] = [];
  if (mainColour !== undefined || accentColour !== undefined) {
    const night = accentColour === undefined ? "" : `{--green:${accent};--act:${accent}}`;
    const day = mainColour === undefined ? "" : `--green:${main};--act:${main};`;
    rules.push(`:root:root{${day}--sun:${accent}}`);
    if (night !== "")
      rules.push(
        `@media(prefers-color-scheme:dark){:root:root:not([data-theme="light"])${night}}`,
        `:root:root[data-theme="dark"]${night}`,
      );
    // By night what was set for the day must not stay, where only that was chosen.
    else
      rules.push(
        `@media(prefers-color-scheme:dark){:root:root:not([data-theme="light"])${ownNight}}`,
        `:root:root[data-theme="dark"]${ownNight}`,
      );
    rules.push(
      `.hero{background-color:${main}}`,
      `.hero-tall{background-image:radial-gradient(circle at calc(100% - 34px) 100%,${accent} 62px,${accent}6b 63px,${accent}6b 96px,${accent}33 97px,${accent}33 138px,transparent 139px)}`,
      `.hero::after{background:linear-gradient(135deg,${accent} 25%,${main} 25%,${main} 50%,${accent} 50%,${accent} 75%,${main} 75%) 0 0/18px 18px}`,
      `.mark-sun{fill:${accent}}`,
    );
  }
  if (logo) {
    const width = Math.min(logoWidthPxMax, Math.round((logoHeightPx * logo.width) / logo.height));
    // On white, as logos are made for paper.
    rules.push(
      ".mark *{display:none}",
      `.mark{box-sizing:content-box;width:${width}px;height:${logoHeightPx}px;padding:4px;border-radius:8px;background:#fff url(${logo.url}) center/contain no-repeat content-box;background-clip:border-box}`,
    );
  }
  // A band of its own: words on a picture can't be read for sure.
  if (top)
    rules.push(
      ".hero-tall{padding-bottom:160px;background-image:none}",
      `.hero-tall::before{content:"";position:absolute;left:0;right:0;bottom:18px;height:120px;background:url(${top.url}) center/cover no-repeat}`,
    );
  return rules.join("");
}

const ownNight = "{--green:#7fd0a8;--act:#f4b23e}";

/** As a picture stands in a brand's look, where `urlOf` knows where it is; null where it is not there. */
export function lookOf(
  brand: {
    readonly mainColour?: string | undefined;
    readonly accentColour?: string | undefined;
    readonly logo?: BrandPicture | undefined;
    readonly top?: BrandPicture | undefined;
  },
  urlOf: (picture: BrandPicture) => string | null,
): BrandLook {
  const logoUrl = brand.logo === undefined ? null : urlOf(brand.logo);
  const topUrl = brand.top === undefined ? null : urlOf(brand.top);
  return {
    mainColour: brand.mainColour,
    accentColour: brand.accentColour,
    logo:
      brand.logo === undefined || logoUrl === null
        ? null
        : { url: logoUrl, width: brand.logo.width, height: brand.logo.height },
    top: topUrl === null ? null : { url: topUrl },
  };
}
