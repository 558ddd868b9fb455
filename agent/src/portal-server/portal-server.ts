/**
 * The agent's answers over HTTP, as plain requests and responses. `http/http-listener.ts` puts them on a socket; the simulation
 * calls `handle` itself. Nothing throws at a caller: bad input is a problem that names its field.
 */
import { readJson } from "@karibu/protocol/foreign-json";
import type { DeviceHint } from "@karibu/protocol/portal-api";
import type { World } from "@karibu/protocol/world";
import type { OtherDevices } from "../access/other-devices/other-devices.ts";
import type { OwnGrants } from "../access/own-grants/own-grants.ts";
import type { BrandPictures } from "../brand/brand-pictures.ts";
import type { CashSales } from "../cash/cash-sales.ts";
import type { HostTable } from "../ground/host-table.ts";
import type { HttpHandler, HttpRequest, HttpResponse, StaticFiles } from "../ground/http.ts";
import { answerBrand } from "./brand/brand-pages.ts";
import { createBrandedFiles } from "./brand/branded-files.ts";
import { captiveAnswer, captiveContentType } from "./customer/captive.ts";
import { createCustomerApi } from "./customer/customer-api.ts";
import type { CustomerParts, CustomerSettings } from "./customer/customer-parts.ts";
import { logInDevice } from "./customer/log-in.ts";
import { chooseLoginUrl, loginOrigin } from "./customer/login-url-policy.ts";
import { createDevicesPage } from "./devices/devices-page.ts";
import { openPayPage } from "./free/pay-page.ts";
import { createTrialPage } from "./free/trial-page.ts";
import { createLabelledCounter } from "./http/metrics.ts";
import { problemResponse } from "./http/problems.ts";
import { textResponse } from "./http/responses.ts";
import { headersOfParts, securityHeaders } from "./http/security-headers.ts";
import { acceptsGzip, zipResponse } from "./http/zip-response.ts";
import { answerInstaller } from "./installer/installer-pages.ts";
import type { SiteFacts } from "./installer/site-facts.ts";
import { createOwnPage } from "./own/own-page.ts";
import { createPageFrame } from "./page/page-frame.ts";
import { createPlainPage } from "./plain/plain-page.ts";
import { createSellerSessions, type SellerSessions } from "./sell/seller-sessions.ts";
import { createSelling } from "./sell/selling.ts";
import { arrivalOf, keepArrival } from "./visit/arrival.ts";
import { decodeKey, hintOf, makeVisit, type Visit, type VisitSettings } from "./visit/visit.ts";

/** All that the portal knows of the site comes through these parts, so that the simulation can hand in its own. */
export interface PortalParts extends CustomerParts {
  /** Absent: there are no cash sales here. */
  readonly cash?: CashSales;
  /** Absent: sellers log in again after a restart. */
  readonly sellerSessions?: SellerSessions;
  /** Absent: no device is put online from another one here. */
  readonly otherDevices?: OtherDevices;
  /** Absent: no page of a device's own packages is shown here. */
  readonly ownGrants?: OwnGrants;
  readonly facts: SiteFacts;
  /** Whose phone it is, as the router says. */
  readonly hosts: HostTable;
  readonly files: StaticFiles;
  /** Absent: no pictures of the provider's are kept here. */
  readonly pictures?: Pick<BrandPictures, "has" | "read" | "version">;
  /** Answers what the router itself asks; null: it is not for it. Absent: the router asks nothing. */
  readonly routerDoor?: (request: HttpRequest) => HttpResponse | null;
}

export interface PortalSettings extends CustomerSettings, VisitSettings {
  /** Opens the installers' pages to other machines; null or absent: no key does. */
  readonly installerKey?: string | null;
  /** The hub's address, for links to its pages; null or absent: there is none. */
  readonly hubUrl?: string | null;
}

const noFiles = "Karibu. The portal's files are not installed here; ask the owner of this network.\n";

export function createPortalServer(world: World, parts: PortalParts, settings: PortalSettings): HttpHandler {
  const requests = createLabelledCounter("karibu_portal_requests_total", "Requests answered, by route and status.");
  const outcomes = createLabelledCounter("karibu_portal_outcomes_total", "What customers tried, and how it ended.");
  const customerApi = createCustomerApi(world, parts, settings, outcomes);
  const { pictures = null } = parts;
  const files = createBrandedFiles(world.clock, parts.files, parts.feed, pictures);
  const frame = createPageFrame(files);
  const brand = { feed: parts.feed, pictures, frame };
  const { cash, feed, sellerSessions: sessions = createSellerSessions(world) } = parts;
  const selling = cash === undefined ? null : createSelling(world, { feed, cash, frame, sessions }, outcomes);
  const devices =
    parts.otherDevices === undefined
      ? null
      : createDevicesPage({ devices: parts.otherDevices, feed: parts.feed, frame });
  const own =
    parts.ownGrants === undefined
      ? null
      : createOwnPage({
          clock: world.clock,
          own: parts.ownGrants,
          feed: parts.feed,
          frame,
          hubUrl: settings.hubUrl ?? null,
          codes: ({ device }) => parts.access.view(device).codes ?? [],
          logIn: (grantId, { device }) =>
            logInDevice(world, parts, grantId, device, { loginUrl: null, hint: {}, byRouter: true }),
          rest: customerApi.rest,
        });
  const plain = createPlainPage(world, customerApi, frame);
  const { free } = parts;
  const trial =
    free === undefined ? null : createTrialPage(world, { ...parts, free }, { ...settings, frame, outcomes });
  const { hosts } = parts;
  const installer = {
    facts: parts.facts,
    get key() {
      return settings.installerKey ?? null;
    },
    frame,
    portalMetrics: () => [requests.metric(), outcomes.metric()],
  };
  const visitOf = (request: HttpRequest, hint: DeviceHint): Promise<Visit> =>
    makeVisit(world, settings, hosts, request, hint);
  return { handle };

  async function handle(request: HttpRequest): Promise<HttpResponse> {
    const cut = request.url.indexOf("?");
    const path = cut < 0 ? request.url : request.url.slice(0, cut);
    const query = new URLSearchParams(cut < 0 ? "" : request.url.slice(cut + 1));
    let response: HttpResponse;
    try {
      response = await route(request, path, query);
    } catch (error) {
      world.log.error("portal-fault", { route: routeName(path), error: String(error) });
      response = problemResponse("fault");
    }
    requests.add({ route: routeName(path), status: String(response.status) });
    response = zipResponse(request, response);
    // It has chosen its own.
    if (response.headers["x-content-type-options"] !== undefined) return response;
    return { ...response, headers: { ...securityHeaders(null), ...response.headers } };
  }

  async function route(request: HttpRequest, path: string, query: URLSearchParams): Promise<HttpResponse> {
    const isGet = request.method === "GET" || request.method === "HEAD";
    const ofBrand = isGet ? await answerBrand(request, path, query, brand) : null;
    if (ofBrand !== null) return ofBrand;
    if (path === "/api" || path.startsWith("/api/")) return api(request, path, query, isGet);
    if (path === "/sell" && selling !== null) {
      if (isGet) return await selling.page(request, query, () => visitOf(request, {}));
      if (request.method !== "POST") return wrongMethod("GET, HEAD, POST");
      return await selling.submit(request, await visitOf(request, {}));
    }
    if (path === "/devices" && devices !== null) {
      if (isGet) return await devices.page(request, query, await visitOf(request, {}));
      if (request.method !== "POST") return wrongMethod("GET, HEAD, POST");
      return await devices.submit(request, await visitOf(request, {}));
    }
    if (path === "/mine" && own !== null) {
      if (isGet) return await own.page(request, query, await visitOf(request, {}));
      if (request.method !== "POST") return wrongMethod("GET, HEAD, POST");
      return await own.submit(request, await visitOf(request, {}));
    }
    if (path === "/plain") {
      const fields = isGet ? query : new URLSearchParams(request.body);
      const visit = await visitOf(request, isGet ? arrivalOf(request, query) : hintOf(fields));
      if (isGet) return await plain.page(request, query, visit);
      return request.method === "POST" ? await plain.submit(request, fields, visit) : wrongMethod("GET, HEAD, POST");
    }
    if (path === "/trial" && trial !== null) {
      if (isGet) return await trial.page(request, query, await visitOf(request, hintOf(query)));
      if (request.method !== "POST") return wrongMethod("GET, HEAD, POST");
      const fields = new URLSearchParams(request.body);
      return await trial.submit(request, fields, await visitOf(request, hintOf(fields)));
    }
    const paying = /^\/pay\/([^/]{1,400})$/.exec(path)?.[1];
    if (paying !== undefined && isGet && free !== undefined) {
      const visit = await visitOf(request, hintOf(query));
      return await openPayPage(
        world,
        { ...parts, free },
        { ...settings, frame, outcomes },
        {
          request,
          visit,
          payAt: await customerApi.payAt(visit, decodeKey(paying)),
          purchaseId: decodeKey(paying),
        },
      );
    }
    const toRouter = parts.routerDoor?.(request) ?? null;
    if (toRouter !== null) return toRouter;
    if (!isGet) return wrongMethod("GET, HEAD");
    if (path === "/captive") return captive(request, query);
    return (await answerInstaller(request, path, query, installer)) ?? file(request, path, query);
  }

  async function captive(request: HttpRequest, query: URLSearchParams): Promise<HttpResponse> {
    const { device, homeUrl } = await visitOf(request, hintOf(query));
    const answer = captiveAnswer(homeUrl, parts.access.view(device).online);
    return textResponse(captiveContentType, JSON.stringify(answer));
  }

  /** An unknown path shows the portal: phones probe many paths. */
  function file(request: HttpRequest, path: string, query: URLSearchParams): HttpResponse {
    const found = files.get(path);
    if (found === undefined && path.startsWith("/assets/")) return problemResponse("not-found", { detail: path });
    const served = found ?? files.get("/");
    if (served === undefined) return { ...textResponse("text/plain; charset=utf-8", noFiles), status: 503 };
    const zipped = served.gzip !== null && acceptsGzip(request);
    const isPage = served.contentType.startsWith("text/html");
    return {
      status: 200,
      headers: {
        ...(isPage
          ? securityHeaders({ inlineHashes: served.inlineHashes, postOrigins: postOrigins(query) })
          : headersOfParts),
        "content-type": served.contentType,
        "cache-control": served.immutable ? "public, max-age=31536000, immutable" : "no-store",
        vary: "accept-encoding",
        ...(isPage ? kept(keepArrival(query)) : {}),
        ...(zipped ? { "content-encoding": "gzip" } : {}),
      },
      body: zipped && served.gzip !== null ? served.gzip : served.body,
    };
  }

  /** Where this page may post a log-in: the hotspot that redirected it, and the ones that are known. */
  function postOrigins(query: URLSearchParams): string[] {
    const known = settings.logins();
    const hinted = chooseLoginUrl(query.get("login") ?? undefined, known);
    const origins = [hinted, ...known.loginUrls].map(loginOrigin);
    return [...new Set(origins.filter((origin) => origin !== null))];
  }

  async function api(
    request: HttpRequest,
    path: string,
    query: URLSearchParams,
    isGet: boolean,
  ): Promise<HttpResponse> {
    if (path === "/api/state") {
      if (!isGet) return wrongMethod("GET");
      return customerApi.state(await visitOf(request, hintOf(query)));
    }
    const purchaseId = /^\/api\/purchases\/([^/]{1,400})$/.exec(path)?.[1];
    if (purchaseId !== undefined) {
      if (!isGet) return wrongMethod("GET");
      return customerApi.purchase(await visitOf(request, hintOf(query)), decodeKey(purchaseId));
    }
    const followedId = /^\/api\/purchases\/([^/]{1,400})\/events$/.exec(path)?.[1];
    if (followedId !== undefined) {
      if (!isGet) return wrongMethod("GET");
      return customerApi.events(await visitOf(request, hintOf(query)), decodeKey(followedId));
    }
    const post =
      path === "/api/sales" && selling !== null
        ? async (body: unknown) => selling.api(body, await visitOf(request, {}))
        : customerApi.posts.get(path);
    if (post === undefined) return problemResponse("not-found", { detail: path });
    if (request.method !== "POST") return wrongMethod("POST");
    // JSON only: a form on another site can't send it without CORS, so that site can't make a visitor buy or log in.
    if (!/^application\/json\b/i.test(request.headers["content-type"] ?? "")) {
      return problemResponse("bad-request", { status: 415, field: "content-type", detail: "send application/json" });
    }
    const body = readJson(request.body);
    if (body === undefined) return problemResponse("bad-request", { field: "body", detail: "the body is not JSON" });
    return post(body, (hint) => visitOf(request, hint));
  }
}

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
  "/devices",
  "/mine",
  "/plain",
  "/trial",
  "/terms",
  "/api/sales",
  "/doctor",
  "/image-update",
]);

const kept = (cookies: readonly string[]): HttpResponse["headers"] =>
  cookies.length === 0 ? {} : { "set-cookie": cookies };

/** The label of a path in the metrics, from a small fixed set. */
function routeName(path: string): string {
  if (path.startsWith("/api/purchases/")) return "/api/purchases/{id}";
  if (path.startsWith("/pay/")) return "/pay/{id}";
  if (path.startsWith("/assets/")) return "/assets";
  if (path.startsWith("/brand/")) return "/brand";
  return knownRoutes.has(path) ? path : "/";
}

function wrongMethod(allow: string): HttpResponse {
  const response = problemResponse("bad-request", { status: 405, field: "method", detail: `use ${allow}` });
  return { ...response, headers: { ...response.headers, allow } };
}
