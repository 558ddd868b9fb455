/** The pages for installers, health checks and metrics collectors. */
import type { HttpRequest, HttpResponse } from "../../ground/http.ts";
import { type Metric, metricsContentType, renderMetrics } from "../http/metrics.ts";
import { problemResponse } from "../http/problems.ts";
import { jsonResponse, textResponse } from "../http/responses.ts";
import type { RenderFrame } from "../page/page-frame.ts";
import { mayReadInstallerPages } from "./installer-access.ts";
import type { SiteFacts } from "./site-facts.ts";

const paths = new Set(["/metrics", "/doctor", "/status", "/image-update"]);

interface InstallerParts {
  readonly facts: SiteFacts;
  readonly key: string | null;
  readonly portalMetrics: () => readonly Metric[];
  readonly frame: () => Promise<RenderFrame>;
}

/**
 * Null: the path is no page of these. `key` opens the pages to other machines; null: no key does. `portalMetrics`: the portal's
 * own metrics.
 */
export async function answerInstaller(
  request: HttpRequest,
  path: string,
  query: URLSearchParams,
  { facts, key, portalMetrics, frame }: InstallerParts,
): Promise<HttpResponse | null> {
  if (path === "/health") {
    const health = facts.health();
    // The hotspot's log-in page asks from guests' phones: they learn only that the agent answers.
    const shown = mayReadInstallerPages(request, query, key) ? health : { ok: health.ok };
    return { ...jsonResponse(shown), status: health.ok ? 200 : 503 };
  }
  if (!paths.has(path)) return null;
  if (!mayReadInstallerPages(request, query, key)) return problemResponse("not-found", { detail: path });
  if (path === "/metrics")
    return textResponse(metricsContentType, renderMetrics([...(await facts.metrics()), ...portalMetrics()]));
  if (path === "/image-update" && facts.image !== undefined) {
    const sha256 = query.get("sha256");
    const answer =
      sha256 !== null ? facts.image.compare(sha256) : (await facts.image.isProved()) ? "proved" : "waiting";
    return textResponse("text/plain; charset=utf-8", answer);
  }
  if (path === "/doctor" && facts.examine !== undefined) return jsonResponse(await facts.examine());
  if (path === "/status") {
    await facts.examine?.(); // the doctor looks now, not an hour ago
    const wantsPage = (request.headers.accept ?? "").includes("text/html");
    if (!wantsPage) return jsonResponse(await facts.status());
    const { statusPage } = await import("./framed-status.ts");
    return await statusPage(request, query, facts, await frame());
  }
  return null;
}
