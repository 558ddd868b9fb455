/**
 * What the portal shows of a provider beside its packages: its pictures by their hash, and its terms. All of it is for everybody, and is
 * the same for everybody; nobody is counted.
 */
import { languages } from "@karibu/portal/strings/all-words";
import { brandOf } from "../../brand/brand-rows.ts";
import type { HttpRequest, HttpResponse } from "../../ground/http.ts";
import type { FeedStore } from "../../store/feed-store.ts";
import { escapeHtml } from "../http/escape-html.ts";
import { problemResponse } from "../http/problems.ts";
import { ownLanguage, pageLanguage, type RenderFrame } from "../page/page-frame.ts";

export interface BrandPagesParts {
  readonly feed: Pick<FeedStore, "rows">;
  /** Null: no picture is kept here. */
  readonly pictures: { read(sha256: string): Promise<Uint8Array | null> } | null;
  readonly frame: RenderFrame;
}

/** Null: the path is for something else. */
export async function answerBrand(
  request: HttpRequest,
  path: string,
  query: URLSearchParams,
  parts: BrandPagesParts,
): Promise<HttpResponse | null> {
  if (path === "/terms") return termsPage(request, query, parts);
  if (!path.startsWith("/brand/")) return null;
  const [, sha256, ending] = /^\/brand\/([0-9a-f]{64})\.(png|jpg)$/.exec(path) ?? [];
  const content = sha256 === undefined ? null : ((await parts.pictures?.read(sha256)) ?? null);
  if (content === null) return problemResponse("not-found", { detail: path });
  return {
    status: 200,
    headers: {
      "content-type": ending === "png" ? "image/png" : "image/jpeg",
      "cache-control": "public, max-age=31536000, immutable",
    },
    body: content,
  };
}

function termsPage(request: HttpRequest, query: URLSearchParams, { feed, frame }: BrandPagesParts): HttpResponse {
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
