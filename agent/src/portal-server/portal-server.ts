/**
 * The agent's answers over HTTP, as plain requests and responses. `http/http-listener.ts` puts them on a socket; the simulation
 * calls `handle` itself. Nothing throws at a caller: bad input is a problem that names its field.
 */
import { readJson } from "@karibu/protocol/foreign-json";
import { newSecret } from "@karibu/protocol/identifiers";
import type { DeviceHint } from "@karibu/protocol/portal-api";
import type { World } from "@karibu/protocol/world";
import type { OtherDevices } from "../access/other-devices/other-devices.ts";
import type { OwnGrants } from "../access/own-grants/own-grants.ts";
import type { BrandPictures } from "../brand/brand-pictures.ts";
import { brandOf, noticesOf } from "../brand/brand-rows.ts";
import type { CashSales } from "../cash/cash-sales.ts";
import type { HostTable } from "../ground/host-table.ts";
import type { HttpHandler, HttpRequest, HttpResponse, StaticFiles } from "../ground/http.ts";
import { onceMade } from "../ground/once-made.ts";
import { answerPicture } from "./brand/brand-pictures.ts";
import type { PageFiles } from "./brand/branded-files.ts";
import { captiveAnswer, captiveContentType } from "./customer/captive.ts";
import { createCustomerApi } from "./customer/customer-api.ts";
import type { CustomerParts, CustomerSettings } from "./customer/customer-parts.ts";
import { logInDevice } from "./customer/log-in.ts";
import { chooseLoginUrl, loginOrigin } from "./customer/login-url-policy.ts";
import { createLabelledCounter } from "./http/metrics.ts";
import { problemResponse } from "./http/problems.ts";
import { textResponse } from "./http/responses.ts";
import { headersOfParts, securityHeaders } from "./http/security-headers.ts";
import { acceptsGzip, zipResponse } from "./http/zip-response.ts";
import { answerInstaller } from "./installer/installer-pages.ts";
import type { SiteFacts } from "./installer/site-facts.ts";
import { createSellerSessions, type SellerSessions } from "./sell/seller-sessions.ts";
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
  const { cash, feed, free, sellerSessions: sessions = createSellerSessions(world) } = parts;
  // Few phones ask for these: each is loaded when the first one does.
  const branded = onceMade(async () => {
    const { createBrandedFiles } = await import("./brand/branded-files.ts");
    return createBrandedFiles(world.clock, parts.files, feed, pictures);
  });
  /** As they were built, where what paints them is damaged: the launcher takes a portal that answers with a fault for a dead agent. */
  const dressed = (): Promise<PageFiles> =>
    branded().catch((error: unknown) => {
      world.log.error("portal-without-brand", { error: String(error) });
      return parts.files;
    });
  const frame = onceMade(async () => {
    const { createPageFrame } = await import("./page/page-frame.ts");
    return createPageFrame(await dressed());
  });
  const selling = ifThere(cash, async (cash) => {
    const { createSelling } = await import("./sell/selling.ts");
    const { purchaseKey: phoneKey = newSecret(world) } = settings;
    return createSelling(world, { feed, cash, frame: await frame(), sessions, phoneKey }, outcomes);
  });
  const devices = ifThere(parts.otherDevices, async (devices) => {
    const { createDevicesPage } = await import("./devices/devices-page.ts");
    return createDevicesPage({ devices, feed, frame: await frame() });
  });
  const own = ifThere(parts.ownGrants, async (own) => {
    const { createOwnPage } = await import("./own/own-page.ts");
    return createOwnPage({
      clock: world.clock,
      own,
      feed,
      frame: await frame(),
      hubUrl: settings.hubUrl ?? null,
      codes: ({ device }) => parts.access.view(device).codes ?? [],
      logIn: (grantId, { device }) =>
        logInDevice(world, parts, grantId, device, { loginUrl: null, hint: {}, byRouter: true }),
      rest: customerApi.rest,
    });
  });
  const plain = onceMade(async () => {
    const { createPlainPage } = await import("./plain/plain-page.ts");
    return createPlainPage(world, customerApi, await frame());
  });
  const trial = ifThere(free, async (free) => {
    const { createTrialPage } = await import("./free/trial-page.ts");
    return createTrialPage(world, { ...parts, free }, { ...settings, frame: await frame(), outcomes });
  });
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
    const picture = isGet ? await answerPicture(path, pictures) : null;
    if (picture !== null) return picture;
    if (path === "/terms" && isGet) {
      const { termsPage } = await import("./brand/terms-page.ts");
      return termsPage(request, query, { feed, frame: await frame() });
    }
    if (path === "/api" || path.startsWith("/api/")) return api(request, path, query, isGet);
    if (path === "/sell" && selling !== null) {
      if (isGet) return await (await selling()).page(request, query, () => visitOf(request, {}));
      if (request.method !== "POST") return wrongMethod("GET, HEAD, POST");
      return await (await selling()).submit(request, await visitOf(request, {}));
    }
    if (path === "/devices" && devices !== null) {
      if (isGet) return await (await devices()).page(request, query, await visitOf(request, {}));
      if (request.method !== "POST") return wrongMethod("GET, HEAD, POST");
      return await (await devices()).submit(request, await visitOf(request, {}));
    }
    if (path === "/mine" && own !== null) {
      if (isGet) return await (await own()).page(request, query, await visitOf(request, {}));
      if (request.method !== "POST") return wrongMethod("GET, HEAD, POST");
      return await (await own()).submit(request, await visitOf(request, {}));
    }
    if (path === "/plain") {
      const fields = isGet ? query : new URLSearchParams(request.body);
      const visit = await visitOf(request, isGet ? arrivalOf(request, query) : hintOf(fields));
      if (isGet) return await (await plain()).page(request, query, visit);
      if (request.method !== "POST") return wrongMethod("GET, HEAD, POST");
      return await (await plain()).submit(request, fields, visit);
    }
    if (path === "/trial" && trial !== null) {
      if (isGet) return await (await trial()).page(request, query, await visitOf(request, hintOf(query)));
      if (request.method !== "POST") return wrongMethod("GET, HEAD, POST");
      const fields = new URLSearchParams(request.body);
      return await (await trial()).submit(request, fields, await visitOf(request, hintOf(fields)));
    }
    const paying = /^\/pay\/([^/]{1,400})$/.exec(path)?.[1];
    if (paying !== undefined && isGet && free !== undefined) {
      const visit = await visitOf(request, hintOf(query));
      const { openPayPage } = await import("./free/pay-page.ts");
      return await openPayPage(
        world,
        { ...parts, free },
        { ...settings, frame: await frame(), outcomes },
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
    return (await answerInstaller(request, path, query, installer)) ?? (await file(request, path, query));
  }

  /** As it was built, where the provider has no brand and says nothing there. */
  async function lookedAt(): Promise<PageFiles> {
    return brandOf(feed) === undefined && noticesOf(feed).length === 0 ? parts.files : await dressed();
  }

  async function captive(request: HttpRequest, query: URLSearchParams): Promise<HttpResponse> {
    const { device, homeUrl } = await visitOf(request, hintOf(query));
    const answer = captiveAnswer(homeUrl, parts.access.view(device).online);
    return textResponse(captiveContentType, JSON.stringify(answer));
  }

  /** An unknown path shows the portal: phones probe many paths. */
  async function file(request: HttpRequest, path: string, query: URLSearchParams): Promise<HttpResponse> {
    const files = await lookedAt();
    const found = files.get(path);
    if (found === undefined && path.startsWith("/assets/"))
      return path.endsWith(".js")
        ? textResponse("text/javascript", openAnew)
        : problemResponse("not-found", { detail: path });
    const served = found ?? files.get("/");
    if (served === undefined) return { ...textResponse("text/plain; charset=utf-8", noFiles), status: 503 };
    const zipped = served.gzip !== null && acceptsGzip(request);
    const isPage = served.contentType.startsWith("text/html");
    return {
      status: 200,
      headers: {
        ...(isPage
          ? securityHeaders({ styleHashes: served.styleHashes, postOrigins: postOrigins(query) })
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
        ? async (body: unknown) => (await selling()).api(body, await visitOf(request, {}))
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

/** Null: there is nothing to make it of. */
function ifThere<Part, Made>(
  part: Part | undefined,
  make: (part: Part) => Promise<Made>,
): (() => Promise<Made>) | null {
  return part === undefined ? null : onceMade(() => make(part));
}

const kept = (cookies: readonly string[]): HttpResponse["headers"] =>
  cookies.length === 0 ? {} : { "set-cookie": cookies };

/**
 * For a page of another release than runs now, whose parts are not here: it would ask for them for ever. Once a minute at most, should a part be lost from
 * this release.
 */
const openAnew = `const at=sessionStorage.getItem("karibu.anew"),now=Date.now()
sessionStorage.setItem("karibu.anew",now)
if(!(now-at<6e4))location.reload()`;

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
