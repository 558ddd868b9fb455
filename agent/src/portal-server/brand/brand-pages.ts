/**
 * What the portal shows of a provider beside its packages: its pictures by their hash, and its terms. All of it is for everybody, and is
 * the same for everybody; nobody is counted.
 */
import { brandOf } from "../../brand/brand-rows.ts";
import type { HttpRequest, HttpResponse } from "../../ground/http.ts";
import type { FeedStore } from "../../store/feed-store.ts";
import { escapeHtml } from "../http/escape-html.ts";
import { problemResponse } from "../http/problems.ts";
import { type PageLanguage, pageLanguage, type RenderFrame } from "../page/page-frame.ts";

export interface BrandPagesParts {
  readonly feed: Pick<FeedStore, "rows">;
  /** Null: no picture is kept here. */
  readonly pictures: { read(sha256: string): Promise<Uint8Array | null> } | null;
  readonly frame: RenderFrame;
}

const words = {
  en: { title: "Terms", back: "Back", none: "There are no terms here." },
  sw: { title: "Masharti", back: "Rudi", none: "Hapa hakuna masharti." },
} as const;

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
  const language = pageLanguage(query.get("lang"), request.headers["accept-language"], provider?.locale ?? "en");
  const other: PageLanguage = language === "en" ? "sw" : "en";
  const terms = brandOf(feed)?.terms ?? {};
  const text = terms[language] ?? terms[other];
  const main =
    text === undefined
      ? `<p class="card quiet">${words[language].none}</p>`
      : `<section class="card roomy" lang="${terms[language] === undefined ? other : language}">${paragraphs(text)}</section>`;
  return frame({
    language,
    title: words[language].title,
    brand: provider?.name || "Karibu",
    place: "",
    otherLanguageUrl: `/terms?lang=${other}`,
    bar: `<a href="/">${words[language].back}</a>`,
    main,
  });
}

/** An empty line ends a paragraph, as people type. */
const paragraphs = (text: string): string =>
  text
    .split(/\n\s*\n/)
    .map((part) => `<p>${part.trim().split("\n").map(escapeHtml).join("<br>")}</p>`)
    .join("");
