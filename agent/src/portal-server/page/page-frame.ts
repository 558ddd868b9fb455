/**
 * The frame of the agent's own pages: the seller's and the installer's. They wear the portal's style sheet, which stands in the
 * built portal's page, so that there is one design. Without a built portal they are plain and still work.
 */

import { languages } from "@karibu/portal/strings/all-words";
import { type Language, languageOf } from "@karibu/portal/strings/strings";
import { sha256 } from "@karibu/protocol/hash";
import { cutText } from "@karibu/protocol/whole-text";
import type { HttpResponse, StaticFile, StaticFiles } from "../../ground/http.ts";
import { escapeHtml } from "../http/escape-html.ts";
import { textResponse } from "../http/responses.ts";
import { headersOfPages, securityHeaders } from "../http/security-headers.ts";
import { ownStyle } from "./own-style.ts";

/** Of customers. */
export type PageLanguage = Language;
/** Of sellers and installers: not every language of the portal has their words. */
export type StaffLanguage = "en" | "sw";

export interface FramedPage {
  readonly language: PageLanguage;
  readonly title: string;
  /** Beside the mark, e.g. the provider's name. */
  readonly brand: string;
  /** Below the title, e.g. the site's name; empty: nothing. */
  readonly place: string;
  /** The same page in another language. */
  readonly addressIn: (language: PageLanguage) => string;
  /** In which it can be had. Absent: in all of the portal's. */
  readonly languages?: readonly PageLanguage[];
  /** More in the bar, e.g. a log-out. HTML. */
  readonly bar?: string;
  /** HTML. */
  readonly main: string;
  /** Wider than a phone: two columns. */
  readonly isWide?: boolean;
  /** Origins to which its forms go, beside this page's own. */
  readonly formOrigins?: readonly string[];
  /** Comes again by itself: after so long, at this address. Absent: it stays. */
  readonly again?: { readonly afterSeconds: number; readonly url: string };
  /** A script without which the page works too. */
  readonly script?: string;
}

export type RenderFrame = (page: FramedPage, status?: number) => HttpResponse;

const mark =
  '<svg class="mark" viewBox="0 0 32 32" aria-hidden="true" focusable="false"><path class="mark-door" d="M5 29V15a11 11 0 0 1 22 0v14z"/><path class="mark-sun" d="M9.5 29a6.5 6.5 0 0 1 13 0z"/></svg>';
const icon =
  "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='8' fill='%230b3b2d'/%3E%3Cpath d='M8 27V15a8 8 0 0 1 16 0v12z' fill='%23f4b23e'/%3E%3C/svg%3E";

/** `files`: those of the portal as it looks now; a brand may change them. */
export function createPageFrame(files: Pick<StaticFiles, "get">): RenderFrame {
  let styled = styledBy(files.get("/"));

  return (page, status = 200) => {
    const { language, title, brand, place, main, script, languages: offered = pageLanguages } = page;
    const built = files.get("/");
    if (styled.built !== built) styled = styledBy(built);
    const { style, hash: styleHash } = styled;
    const again =
      page.again === undefined
        ? ""
        : `<meta http-equiv="refresh" content="${page.again.afterSeconds};url=${escapeHtml(page.again.url)}">`;
    const html = `<!doctype html>
<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover"><meta name="color-scheme" content="light dark"><meta name="theme-color" content="#0b3b2d"><meta name="format-detection" content="telephone=no">
${again}<title>${escapeHtml(title)}</title><link rel="icon" href="${icon}"><style>${style}</style></head>
<body class="own"><header class="hero"><div class="hero-bar"><p class="brand">${mark}<span>${escapeHtml(brand)}</span></p><div class="switches">${page.bar ?? ""}${tongues(language, offered, page.addressIn)}</div></div>
<h1>${escapeHtml(title)}</h1>${place === "" ? "" : `<p class="place">${escapeHtml(place)}</p>`}</header>
<main class="page${page.isWide ? " page-wide" : ""}">
${main}
</main>${script === undefined ? "" : `<script>${script}</script>`}</body></html>
`;
    const security = [
      "default-src 'none'",
      `style-src ${styleHash}`,
      ...(script === undefined ? [] : [`script-src ${hashOf(script)}`]),
      "img-src 'self' data:",
      ["form-action 'self'", ...(page.formOrigins ?? [])].join(" "),
      "base-uri 'none'",
      "frame-ancestors 'none'",
    ].join("; ");
    const answer = textResponse("text/html; charset=utf-8", html);
    return {
      ...answer,
      status,
      headers: { ...securityHeaders(null), ...headersOfPages, ...answer.headers, "content-security-policy": security },
    };
  };
}

/** Links to the same page in the others; of several, one opens the list of them. Text browsers show them all. */
function tongues(shown: PageLanguage, offered: readonly PageLanguage[], addressIn: FramedPage["addressIn"]): string {
  const links = offered
    .filter((one) => one !== shown)
    .map((one) => `<a href="${escapeHtml(addressIn(one))}" lang="${one}">${languages[one].name}</a>`);
  if (links.length < 2) return links.join("");
  return `<details class="tongues"><summary title="${languages[shown].name}">${shown.toUpperCase()}</summary><div>${links.join(" ")}</div></details>`;
}

const pageLanguages = Object.keys(languages) as PageLanguage[];
export const staffLanguages: readonly StaffLanguage[] = ["en", "sw"];

/** The language that the page was asked in, or the first of the browser's that we have; else the site's own. */
export function pageLanguage(
  asked: string | null,
  acceptLanguage: string | undefined,
  own: PageLanguage,
): PageLanguage {
  const accepted = cutText(acceptLanguage ?? "", 200)
    .split(",")
    .map((tag) => languageOf(tag.split(";")[0]?.trim() ?? "", languages));
  return languageOf(asked ?? "", languages) ?? accepted.find((one) => one !== undefined) ?? own;
}

/** The same, for the pages of sellers and installers. */
export function staffLanguage(
  asked: string | null,
  acceptLanguage: string | undefined,
  own: StaffLanguage,
): StaffLanguage {
  const language = pageLanguage(asked, acceptLanguage, own);
  return staffLanguages.find((one) => one === language) ?? own;
}

/** The style sheet that the built portal's page carries, and ours. */
function styledBy(built: StaticFile | undefined) {
  const page = built === undefined ? "" : Buffer.from(built.body).toString("utf8");
  const style = (/<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? "") + ownStyle;
  return { built, style, hash: hashOf(style) };
}

const hashOf = (text: string): string => `'sha256-${sha256(text).toString("base64")}'`;
