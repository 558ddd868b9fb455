/** The provider's terms, as a page that needs no script. */
import { languages } from "@karibu/portal/strings/all-words";
import { brandOf } from "../../brand/brand-rows.ts";
import type { HttpRequest, HttpResponse } from "../../ground/http.ts";
import type { FeedStore } from "../../store/feed-store.ts";
import { escapeHtml } from "../http/escape-html.ts";
import { ownLanguage } from "../page/own-language.ts";
import { pageLanguage, type RenderFrame } from "../page/page-frame.ts";

export function termsPage(
  request: HttpRequest,
  query: URLSearchParams,
  { feed, frame }: { readonly feed: Pick<FeedStore, "rows">; readonly frame: RenderFrame },
): HttpResponse {
  const provider = feed.rows("provider").get("provider");
  const language = pageLanguage(query.get("lang"), request.headers["accept-language"], ownLanguage(provider));
  const words = languages[language].pages.terms;
  // In the reader's language, or in the one that somebody wrote them in.
  const terms = Object.entries(brandOf(feed)?.terms ?? {});
  const [written, text] = terms.find(([tag]) => tag === language) ?? terms[0] ?? [];
  const main =
    text === undefined
      ? `<p class="card quiet">${words.none}</p>`
      : `<section class="card roomy" lang="${written}">${paragraphs(text)}</section>`;
  return frame({
    language,
    title: words.title,
    brand: provider?.name || "Karibu",
    place: "",
    addressIn: (one) => `/terms?lang=${one}`,
    bar: `<a href="/">${words.back}</a>`,
    main,
  });
}

/** An empty line ends a paragraph, as people type. */
const paragraphs = (text: string): string =>
  text
    .split(/\n\s*\n/)
    .map((part) => `<p>${part.trim().split("\n").map(escapeHtml).join("<br>")}</p>`)
    .join("");
