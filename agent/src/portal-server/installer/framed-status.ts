/** `/status` as a page in the portal's frame. */
import type { HttpRequest, HttpResponse } from "../../ground/http.ts";
import { type PageLanguage, type RenderFrame, staffLanguage, staffLanguages } from "../page/page-frame.ts";
import type { SiteFacts } from "./site-facts.ts";
import { renderStatus } from "./status-page.ts";
import { statusStrings } from "./status-strings.ts";

export async function statusPage(
  { headers }: HttpRequest,
  query: URLSearchParams,
  facts: SiteFacts,
  frame: RenderFrame,
): Promise<HttpResponse> {
  const language = staffLanguage(query.get("lang"), headers["accept-language"], "en");
  const report = await facts.status(language);
  const addressIn = (other: PageLanguage) => {
    const key = query.get("key");
    return `/status?${new URLSearchParams({ ...(key === null ? {} : { key }), lang: other })}`;
  };
  return frame({
    language,
    title: statusStrings[language].title,
    brand: "Karibu",
    place: report.siteName ?? "",
    addressIn,
    languages: staffLanguages,
    main: renderStatus(report, language, addressIn(language)),
    isWide: true,
  });
}
