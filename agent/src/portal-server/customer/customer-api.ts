/** The portal's API, route by route, over the site's desk and the link to the hub. Knows nothing of sockets. */

import { normaliseKenyanPhone } from "@karibu/protocol/phone-number";
import {
  type ClaimRequest,
  type ClaimView,
  claimRequestSchema,
  type DeviceHint,
  deviceHintSchema,
  type LogInRequest,
  logInRequestSchema,
  type ProblemCode,
  type PurchaseRequest,
  type PurchaseView,
  purchaseRequestSchema,
  type Redeemed,
  type RedeemRequest,
  redeemRequestSchema,
} from "@karibu/protocol/portal-api";
import { seconds } from "@karibu/protocol/quantities";
import { startPurchase } from "@karibu/protocol/rpc/start-purchase";
import { complaint } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import type { createCounter } from "../http/metrics.ts";
import { codeOfReject, type ProblemExtra, problemResponse } from "../http/problems.ts";
import { createRateLimit } from "../http/rate-limit.ts";
import { jsonResponse } from "../http/responses.ts";
import type { PortalParts, PortalResponse, PortalSettings } from "../portal-parts.ts";
import { readCookie } from "../visit/identify-device-policy.ts";
import { decodeKey, setCookie, type Visit } from "../visit/visit.ts";
import { askClaim } from "./claims.ts";
import { hubWithin } from "./hub-within.ts";
import { logInDevice, logOutDevice } from "./log-in.ts";
import { chooseLoginUrl } from "./login-url-policy.ts";
import { buying, portalState } from "./portal-state.ts";
import { createPurchases, type RememberedPurchase } from "./purchases.ts";

const purchaseCookie = "karibu_purchase";
const startDeadlineMs = 15_000;
/** So long a purchase waits for a hub that is just coming back. */
const hubBackMsMax = 4000;
const logInAgainMs = 60_000;
/** Generous to a person, dull to a script. A shared address (NAT, proxy) gets what a crowd needs. */
const limits = {
  own: { burst: 8, everyMs: 8000 },
  shared: { burst: 120, everyMs: 500 },
  /** A page that waits asks again every twenty seconds; the hub counts a repeated claim once. */
  claims: { burst: 6, everyMs: 15_000 },
};

export interface CustomerApi {
  state(visit: Visit): Promise<PortalResponse>;
  purchase(visit: Visit, purchaseId: string): Promise<PortalResponse>;
  /** POST routes by path; a body that does not fit is answered with the field's name. */
  readonly posts: ReadonlyMap<string, Post>;
}

type Post = (body: unknown, visitOf: (hint: DeviceHint) => Promise<Visit>) => Promise<PortalResponse>;

export function createCustomerApi(
  world: World,
  parts: PortalParts,
  settings: PortalSettings,
  outcomes: ReturnType<typeof createCounter>,
): CustomerApi {
  const purchases = createPurchases(world, parts);
  const ownLimit = createRateLimit({ ...limits.own, keysMax: 4096 });
  const sharedLimit = createRateLimit({ ...limits.shared, keysMax: 64 });
  const claimLimit = createRateLimit({ ...limits.claims, keysMax: 4096 });

  const posts = new Map<string, Post>([
    ["/api/purchases", posting(purchaseRequestSchema, startBuying)],
    ["/api/claims", posting(claimRequestSchema, claim)],
    ["/api/vouchers/redeem", posting(redeemRequestSchema, redeem)],
    ["/api/log-in", posting(logInRequestSchema, logIn)],
    ["/api/log-out", posting(deviceHintSchema, logOut)],
  ]);
  return { state, purchase, posts };

  async function startBuying(seen: Visit, body: PurchaseRequest): Promise<PortalResponse> {
    const waitSeconds = slowDown(seen);
    if (waitSeconds > 0) return tooFast("purchase", waitSeconds);
    const offer = () => buying(parts.hub.state, parts.feed.rows("site").get("site"));
    // The internet may be back, and the link only about to try again: somebody who buys is worth a try and a moment.
    if (offer() === "hub-away") await hubWithin(world, parts.hub, hubBackMsMax);
    const open = offer();
    if (open !== "open") return refuse("purchase", open);
    const plan = parts.feed.rows("plan").get(body.planId);
    if (plan === undefined || !plan.active) return refuse("purchase", "unknown-plan", { field: "planId" });
    const phone = normaliseKenyanPhone(body.phone);
    if (phone === null) return refuse("purchase", "bad-phone", { field: "phone" });

    let answer: unknown;
    try {
      const returnUrl = seen.homeUrl === null ? {} : { returnUrl: seen.homeUrl };
      const params = { idempotencyKey: body.idempotencyKey, planId: body.planId, phone, ...returnUrl };
      answer = await parts.hub.call(startPurchase.method, params, startDeadlineMs);
    } catch (error) {
      // Perhaps the prompt is on its way: the page asks again with the same key, which is the same purchase.
      const away = (error as { code?: unknown }).code === "hub/away";
      world.log.warn("purchase-not-started", { error: String(error) });
      return refuse("purchase", away ? "hub-away" : "hub-slow");
    }
    const result = startPurchase.result.safeParse(answer);
    if (!result.success) throw new Error("the hub's answer to start-purchase does not fit its schema");
    if (result.data.kind === "refused") {
      const { reason } = result.data;
      const code = reason === "no-channel" ? "not-offered" : reason;
      const field =
        code === "bad-phone" || code === "prompt-already-open"
          ? "phone"
          : code === "unknown-plan"
            ? "planId"
            : undefined;
      return refuse("purchase", code, field === undefined ? {} : { field });
    }
    outcomes.add({ action: "purchase", outcome: "started" });
    const { purchaseId, state: started } = result.data;
    const begun = purchases.remember({ purchaseId, planId: plan.planId, state: started }, seen.device);
    const cookies = [seen.tokenCookie, purchaseCookieOf(begun)];
    return withCookies({ ...jsonResponse(await viewOf(begun, seen)), status: 201 }, cookies);
  }

  /** "I already paid": for what this device waits for, where it does. Found money puts this device online like any other. */
  async function claim(seen: Visit, body: ClaimRequest): Promise<PortalResponse> {
    const nowMs = world.clock.monotonicMs();
    const own = seen.limitKeys.filter(({ shared }) => !shared);
    const waitSeconds = Math.max(slowDown(seen), ...own.map(({ key }) => claimLimit.take(key, nowMs)));
    if (waitSeconds > 0) return tooFast("claim", waitSeconds);
    const current = currentPurchase(seen);
    const awaited = current === null || current.state.state === "paid" ? null : current.purchaseId;
    const outcome = await askClaim(world, parts, body, awaited);
    if (outcome.kind === "refused") {
      return refuse("claim", outcome.code, outcome.field === null ? {} : { field: outcome.field });
    }
    outcomes.add({ action: "claim", outcome: outcome.kind });
    const answer = (view: ClaimView, cookies: string[] = []) =>
      withCookies(jsonResponse(view), [seen.tokenCookie, ...cookies]);
    if (outcome.kind === "asked") return answer({ kind: "asked" });
    const { purchaseId } = outcome;
    const planId = outcome.planId ?? (purchaseId === current?.purchaseId ? current?.planId : undefined);
    if (purchaseId === null || planId === undefined) return answer({ kind: "settled", purchase: null });
    const state = { state: "paid", reason: null, receipt: null, grantId: null } as const;
    const found = purchases.remember({ purchaseId, planId, state }, seen.device);
    await purchases.look(found, seen.device);
    return answer({ kind: "settled", purchase: await viewOf(found, seen) }, [purchaseCookieOf(found)]);
  }

  async function redeem(seen: Visit, body: RedeemRequest): Promise<PortalResponse> {
    const waitSeconds = slowDown(seen);
    if (waitSeconds > 0) return tooFast("redeem", waitSeconds);
    const outcome = await parts.desk.redeem(body.code, seen.device);
    if (outcome.kind === "refused") {
      const wait = outcome.retryAfterSeconds;
      const extra = wait === null ? { field: "code" } : { field: "code", retryAfterSeconds: wait };
      return refuse("redeem", codeOfReject(outcome.reason), extra);
    }
    outcomes.add({ action: "redeem", outcome: "redeemed" });
    const way = { loginUrl: loginUrlFor(body), byRouter: true };
    const logIn = await logInDevice(world, parts, outcome.grantId, seen.device, way);
    const redeemed: Redeemed = { planName: outcome.planName, logIn };
    return withCookies(jsonResponse(redeemed), [seen.tokenCookie]);
  }

  async function logIn(seen: Visit, body: LogInRequest): Promise<PortalResponse> {
    const waitSeconds = slowDown(seen);
    if (waitSeconds > 0) return tooFast("log-in", waitSeconds);
    const { onlineGrantId, available } = parts.desk.view(seen.device);
    const usable = [...(onlineGrantId === null ? [] : [onlineGrantId]), ...available.map(({ grantId }) => grantId)];
    const chosen = body.grantId === undefined ? usable[0] : usable.find((grantId) => grantId === body.grantId);
    if (chosen === undefined)
      return refuse("log-in", "nothing-bought", body.grantId === undefined ? {} : { field: "grantId" });
    const way = { loginUrl: loginUrlFor(body), byRouter: body.by !== "page" };
    const logIn = await logInDevice(world, parts, chosen, seen.device, way);
    outcomes.add({ action: "log-in", outcome: logIn.kind });
    return withCookies(jsonResponse(logIn), [seen.tokenCookie]);
  }

  async function logOut(seen: Visit): Promise<PortalResponse> {
    if (parts.router === null) return refuse("log-out", "router-refused", { detail: "no way to reach the router" });
    const gone = await logOutDevice(parts.router, seen.device).catch((error: unknown) => {
      world.log.warn("router-log-out-failed", { error: String(error) });
      return false;
    });
    return gone ? withCookies(jsonResponse({}), [seen.tokenCookie]) : refuse("log-out", "router-refused");
  }

  async function state(seen: Visit): Promise<PortalResponse> {
    // Also what this phone began before the newest: its money may arrive all the same.
    for (const open of purchases.openOf(seen.device)) await purchases.takeGrant(open, seen.device);
    const current = currentPurchase(seen);
    // Only what is here: the page's frame must not wait for the hub. The page asks for the purchase itself.
    if (current !== null) {
      await purchases.takeGrant(current, seen.device);
      if (current.state.state === "paid") await purchases.look(current, seen.device);
    }
    const { purchaseId, planId } = current ?? {};
    // Whoever looks at a closed shop would like it open.
    if (parts.hub.state === "away") parts.hub.hurry?.();
    const answer = portalState({
      provider: parts.feed.rows("provider").get("provider"),
      site: parts.feed.rows("site").get("site"),
      plans: parts.feed.rows("plan").values(),
      hub: parts.hub.state,
      device: { mac: seen.device.mac, address: seen.device.address },
      view: parts.desk.view(seen.device),
      purchase:
        current && purchaseId && planId
          ? { purchaseId, planId, ...current.state, ageSeconds: seconds(purchases.ageSecondsOf(current)) }
          : null,
    });
    return withCookies(jsonResponse(answer), [seen.tokenCookie]);
  }

  /** From memory; after a restart from the phone's cookie, its state not known until the hub or the feed says. */
  function currentPurchase(seen: Visit): RememberedPurchase | null {
    const newest = purchases.newestOf(seen.device);
    if (newest !== null) return newest;
    const [purchaseId, planId] = (readCookie(seen.cookieHeader, purchaseCookie) ?? "").split("~").map(decodeKey);
    if (!purchaseId || !planId || purchaseId.length > 128 || planId.length > 128) return null;
    if (purchases.find(purchaseId) !== null) return null; // ended a while ago
    return purchases.remember({ purchaseId, planId, state: notKnown }, seen.device);
  }

  async function purchase(seen: Visit, purchaseId: string): Promise<PortalResponse> {
    currentPurchase(seen); // takes up the one in the cookie
    const found = purchases.find(purchaseId);
    if (found === null) return problemResponse("not-found", { detail: "no such purchase began here" });
    await purchases.look(found, seen.device);
    return withCookies(jsonResponse(await viewOf(found, seen)), [seen.tokenCookie]);
  }

  async function viewOf(found: RememberedPurchase, seen: Visit): Promise<PurchaseView> {
    const { purchaseId, planId } = found;
    const view = { purchaseId, planId, ...found.state };
    if (found.state.state !== "paid") return { ...view, logIn: null };
    if (parts.feed.rows("site").get("site")?.autoLogIn === false) return { ...view, logIn: null };
    const { grantId } = found.state;
    if (grantId === null) return { ...view, logIn: { kind: "wait" } };
    const nowMs = world.clock.monotonicMs();
    if (found.logIn === null || nowMs - found.logIn.atMs >= logInAgainMs) {
      const way = { loginUrl: loginUrlFor(seen.hint), byRouter: true };
      found.logIn = { answer: logInDevice(world, parts, grantId, seen.device, way), atMs: nowMs };
      outcomes.add({ action: "log-in", outcome: (await found.logIn.answer).kind });
    }
    return { ...view, logIn: await found.logIn.answer };
  }

  function loginUrlFor(hint: DeviceHint): string | null {
    return chooseLoginUrl({ hinted: hint.login, configured: settings.hotspotLoginUrl });
  }

  /** Seconds to wait, 0 when this visitor may go on. */
  function slowDown(seen: Visit): number {
    const nowMs = world.clock.monotonicMs();
    return Math.max(0, ...seen.limitKeys.map(({ key, shared }) => (shared ? sharedLimit : ownLimit).take(key, nowMs)));
  }

  function tooFast(action: string, retryAfterSeconds: number): PortalResponse {
    outcomes.add({ action, outcome: "slow-down" });
    return problemResponse("slow-down", { retryAfterSeconds });
  }

  function refuse(action: string, code: ProblemCode, extra?: ProblemExtra): PortalResponse {
    outcomes.add({ action, outcome: code });
    return problemResponse(code, extra);
  }
}

/** A POST route: checks its body by its schema first. */
function posting<T extends DeviceHint>(
  schema: {
    safeParse(value: unknown): { success: true; data: T } | { success: false; error: Parameters<typeof complaint>[0] };
  },
  answer: (visit: Visit, body: T) => Promise<PortalResponse>,
): Post {
  return async (body, visitOf) => {
    const parsed = schema.safeParse(body);
    if (parsed.success) return await answer(await visitOf(parsed.data), parsed.data);
    const { field, message } = complaint(parsed.error);
    return problemResponse("bad-request", { field: field || "body", detail: message });
  };
}

function purchaseCookieOf({ purchaseId, planId }: RememberedPurchase): string {
  return setCookie(purchaseCookie, `${encodeURIComponent(purchaseId)}~${encodeURIComponent(planId)}`, 3600);
}

const notKnown = { state: "unknown", reason: null, receipt: null, grantId: null } as const;

function withCookies(response: PortalResponse, cookies: readonly string[]): PortalResponse {
  return { ...response, headers: { ...response.headers, "set-cookie": cookies } };
}
