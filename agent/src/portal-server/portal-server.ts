/**
 * What the agent answers over HTTP, without HTTP: plain requests in, plain responses out. `http-listener.ts` puts it on a
 * socket; the simulation calls `handle` itself. Nothing here throws at a caller: bad input is a problem with its field.
 */
import type { DeviceHint } from "@karibu/protocol/portal-api";
import type { World } from "@karibu/protocol/world";
import { captiveAnswer, captiveContentType } from "./customer/captive.ts";
import { createCustomerApi } from "./customer/customer-api.ts";
import { chooseLoginUrl, loginOrigin } from "./customer/login-url-policy.ts";
import { createCounter, metricsContentType, renderMetrics } from "./http/metrics.ts";
import { problemResponse } from "./http/problems.ts";
import { jsonResponse, textResponse } from "./http/responses.ts";
import { securityHeaders } from "./http/security-headers.ts";
import { mayReadInstallerPages } from "./installer/installer-access.ts";
import { renderStatusPage } from "./installer/status-page.ts";
import type { PortalParts, PortalRequest, PortalResponse, PortalSettings } from "./portal-parts.ts";
import { createSelling } from "./sell/selling.ts";
import { createHostBook } from "./visit/host-table.ts";
import { decodeKey, hintOf, makeVisit, type Visit } from "./visit/visit.ts";

export interface PortalServer {
  /** Answers one request. Never rejects. */
  handle(request: PortalRequest): Promise<PortalResponse>;
}

const noFiles = "Karibu. The portal's files are not installed here; ask the owner of this network.\n";

export function createPortalServer(world: World, parts: PortalParts, settings: PortalSettings): PortalServer {
  const requests = createCounter("karibu_portal_requests_total", "Requests answered, by route and status.");
  const outcomes = createCounter("karibu_portal_outcomes_total", "What customers tried, and how it ended.");
  const customerApi = createCustomerApi(world, parts, settings, outcomes);
  const selling =
    parts.cash === undefined ? null : createSelling(world, { feed: parts.feed, cash: parts.cash }, outcomes);
  const hosts = createHostBook(world, parts.router);
  const visitOf = (request: PortalRequest, hint: DeviceHint): Promise<Visit> =>
    makeVisit(world, settings, hosts, request, hint);
  return { handle };

  async function handle(request: PortalRequest): Promise<PortalResponse> {
    const cut = request.url.indexOf("?");
    const path = cut < 0 ? request.url : request.url.slice(0, cut);
    const query = new URLSearchParams(cut < 0 ? "" : request.url.slice(cut + 1));
    let response: PortalResponse;
    try {
      response = await route(request, path, query);
    } catch (error) {
      world.log.error("portal-fault", { route: routeName(path), error: String(error) });
      response = problemResponse("fault");
    }
    requests.add({ route: routeName(path), status: String(response.status) });
    if (response.headers["content-security-policy"] !== undefined) return response;
    return { ...response, headers: { ...securityHeaders(null), ...response.headers } };
  }

  async function route(request: PortalRequest, path: string, query: URLSearchParams): Promise<PortalResponse> {
    const isGet = request.method === "GET" || request.method === "HEAD";
    if (path === "/api" || path.startsWith("/api/")) return api(request, path, query, isGet);
    if (path === "/sell" && selling !== null) {
      if (isGet) return selling.page(request, query);
      if (request.method !== "POST") return wrongMethod("GET, HEAD, POST");
      return await selling.submit(request, await visitOf(request, {}));
    }
    if (!isGet) return wrongMethod("GET, HEAD");
    if (path === "/captive") return captive(request, query);
    const mayLookInside = () => mayReadInstallerPages(request, query, settings.installerKey ?? null);
    if (path === "/health") {
      const health = parts.facts.health();
      // The router's log-in page asks it from the guests' phones: they learn that it answers, and no more.
      return { ...jsonResponse(mayLookInside() ? health : { ok: health.ok }), status: health.ok ? 200 : 503 };
    }
    if (installerPages.has(path) && !mayLookInside()) return problemResponse("not-found", { detail: path });
    if (path === "/metrics") {
      const metrics = [...parts.facts.metrics(), requests.metric(), outcomes.metric()];
      return textResponse(metricsContentType, renderMetrics(metrics));
    }
    if (path === "/image-update" && parts.facts.image !== undefined) {
      const sha256 = query.get("sha256");
      const { image } = parts.facts;
      const answer = sha256 !== null ? image.compare(sha256) : (await image.isProved()) ? "proved" : "waiting";
      return textResponse("text/plain; charset=utf-8", answer);
    }
    if (path === "/doctor" && parts.facts.examine !== undefined) return jsonResponse(await parts.facts.examine());
    if (path === "/status") {
      const report = parts.facts.status();
      const wantsPage = (request.headers.accept ?? "").includes("text/html");
      return wantsPage ? textResponse("text/html; charset=utf-8", renderStatusPage(report)) : jsonResponse(report);
    }
    return file(request, path, query);
  }

  async function captive(request: PortalRequest, query: URLSearchParams): Promise<PortalResponse> {
    const { device } = await visitOf(request, hintOf(query));
    const portalUrl = settings.portalUrl ?? `http://${request.headers.host ?? "localhost"}/`;
    const answer = captiveAnswer(portalUrl, parts.desk.view(device).online);
    return textResponse(captiveContentType, JSON.stringify(answer));
  }

  /** Any other path is the portal: that is where the probes of phones land. */
  function file(request: PortalRequest, path: string, query: URLSearchParams): PortalResponse {
    const found = parts.files.get(path);
    if (found === undefined && path.startsWith("/assets/")) return problemResponse("not-found", { detail: path });
    const served = found ?? parts.files.get("/");
    if (served === undefined) return { ...textResponse("text/plain; charset=utf-8", noFiles), status: 503 };
    const zipped = served.gzip !== null && /\bgzip\b/.test(request.headers["accept-encoding"] ?? "");
    const isPage = served.contentType.startsWith("text/html");
    return {
      status: 200,
      headers: {
        ...securityHeaders(isPage ? { inlineHashes: served.inlineHashes, postOrigins: postOrigins(query) } : null),
        "content-type": served.contentType,
        "cache-control": served.immutable ? "public, max-age=31536000, immutable" : "no-store",
        vary: "accept-encoding",
        ...(zipped ? { "content-encoding": "gzip" } : {}),
      },
      body: zipped && served.gzip !== null ? served.gzip : served.body,
    };
  }

  /** Where this page may post a log-in: the hotspot that its redirect named, and the one that is configured. */
  function postOrigins(query: URLSearchParams): string[] {
    const { hotspotLoginUrl } = settings;
    const hinted = chooseLoginUrl({ hinted: query.get("login") ?? undefined, configured: hotspotLoginUrl });
    const origins = [loginOrigin(hinted), loginOrigin(hotspotLoginUrl)];
    return [...new Set(origins.filter((origin) => origin !== null))];
  }

  async function api(
    request: PortalRequest,
    path: string,
    query: URLSearchParams,
    isGet: boolean,
  ): Promise<PortalResponse> {
    if (path === "/api/state") {
      if (!isGet) return wrongMethod("GET");
      return customerApi.state(await visitOf(request, hintOf(query)));
    }
    const purchaseId = /^\/api\/purchases\/([^/]{1,400})$/.exec(path)?.[1];
    if (purchaseId !== undefined) {
      if (!isGet) return wrongMethod("GET");
      return customerApi.purchase(await visitOf(request, hintOf(query)), decodeKey(purchaseId));
    }
    const post =
      path === "/api/sales" && selling !== null
        ? async (body: unknown) => selling.api(body, await visitOf(request, {}))
        : customerApi.posts.get(path);
    if (post === undefined) return problemResponse("not-found", { detail: path });
    if (request.method !== "POST") return wrongMethod("POST");
    // Only JSON: a form on another site can't send it without asking first (CORS), so no visitor is made to buy or log in.
    if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
      return problemResponse("bad-request", { status: 415, field: "content-type", detail: "send application/json" });
    }
    let body: unknown;
    try {
      body = JSON.parse(request.body);
    } catch {
      return problemResponse("bad-request", { field: "body", detail: "the body is not JSON" });
    }
    return post(body, (hint) => visitOf(request, hint));
  }
}

const installerPages = new Set(["/metrics", "/doctor", "/status", "/image-update"]);

const knownRoutes = new Set([
  "/api/state",
  "/api/purchases",
  "/api/claims",
  "/api/vouchers/redeem",
  "/api/log-in",
  "/api/log-out",
  "/captive",
  "/health",
  "/metrics",
  "/status",
  "/sell",
  "/api/sales",
  "/doctor",
  "/image-update",
]);

/** Few and fixed, for the metrics. */
function routeName(path: string): string {
  if (path.startsWith("/api/purchases/")) return "/api/purchases/{id}";
  if (path.startsWith("/assets/")) return "/assets";
  return knownRoutes.has(path) ? path : "/";
}

function wrongMethod(allow: string): PortalResponse {
  const response = problemResponse("bad-request", { status: 405, field: "method", detail: `use ${allow}` });
  return { ...response, headers: { ...response.headers, allow } };
}
