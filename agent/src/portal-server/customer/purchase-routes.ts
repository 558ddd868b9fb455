/** Buying: starts a purchase, takes "I already paid", and shows the state of a purchase. */
import { Fault } from "@karibu/protocol/fault";
import { newSecret } from "@karibu/protocol/identifiers";
import { countryOfCurrency, normalisePhone } from "@karibu/protocol/phone-number";
import type {
  ClaimRequest,
  ClaimView,
  OfferRequest,
  OfferView,
  ProblemCode,
  PurchaseRequest,
  PurchaseView,
} from "@karibu/protocol/portal-api";
import { offerRefusals, type ReadOfferResult, readOffer } from "@karibu/protocol/rpc/read-offer";
import { type StartPurchaseResult, startPurchase } from "@karibu/protocol/rpc/start-purchase";
import type { World } from "@karibu/protocol/world";
import { isOnSale } from "../../grants/offers-here.ts";
import type { HttpResponse } from "../../ground/http.ts";
import type { LabelledCounter } from "../http/metrics.ts";
import { codeOfReject, problemResponse } from "../http/problems.ts";
import { jsonResponse, withCookies } from "../http/responses.ts";
import type { Visit } from "../visit/visit.ts";
import { claimPaid } from "./claim-paid.ts";
import type { CustomerParts, CustomerSettings } from "./customer-parts.ts";
import { logInDevice } from "./log-in.ts";
import { chooseLoginUrl } from "./login-url-policy.ts";
import { buyingState } from "./portal-state.ts";
import { noPurchaseCookie, purchaseCookie, readPurchaseCookie } from "./purchase-cookie.ts";
import type { PurchaseLook, WatchedPurchase } from "./purchase-events.ts";
import type { Purchases, RememberedPurchase } from "./purchases.ts";
import type { Refusals } from "./refusals.ts";
import type { VisitorLimits } from "./visitor-limits.ts";
import { waitForHub } from "./wait-for-hub.ts";

const startDeadlineMs = 15_000;
const offerDeadlineMs = 8000;
/** A purchase waits this long for a hub that is about to come back. */
const hubBackMsMax = 4000;
const logInAgainMs = 60_000;

export interface PurchaseRoutes {
  start(visit: Visit, body: PurchaseRequest): Promise<HttpResponse>;
  /** What a plan costs with a code, before it is bought. */
  offer(visit: Visit, body: OfferRequest): Promise<HttpResponse>;
  /** "I already paid". The grant of found money puts this device online. */
  claim(visit: Visit, body: ClaimRequest): Promise<HttpResponse>;
  show(visit: Visit, purchaseId: string): Promise<HttpResponse>;
  /** For who follows it; null: this device began no such purchase. */
  watch(visit: Visit, purchaseId: string): Promise<WatchedPurchase | null>;
  /** Where a purchase that this very device began is paid; null: it began none, or it is not paid on a page, or no more, or it asks too often. */
  payAt(visit: Visit, purchaseId: string): Promise<string | null>;
  /** The device logged out: no purchase of its own brings it online again by itself. Returns cookies for the answer. */
  rest(visit: Visit): string[];
  /** The device's newest purchase, from memory. After a restart from the phone's cookie: its state is not known then. */
  current(visit: Visit): RememberedPurchase | null;
}

export function createPurchaseRoutes(
  world: World,
  parts: CustomerParts,
  context: {
    readonly settings: CustomerSettings;
    readonly purchases: Purchases;
    readonly limits: VisitorLimits;
    readonly refusals: Refusals;
    readonly outcomes: LabelledCounter;
  },
): PurchaseRoutes {
  const { settings, purchases, limits, outcomes } = context;
  const key = settings.purchaseKey ?? newSecret(world);
  const { refuse, tooFast } = context.refusals;

  async function start(visit: Visit, body: PurchaseRequest): Promise<HttpResponse> {
    const waitSeconds = limits.take(visit);
    if (waitSeconds > 0) return tooFast("purchase", waitSeconds);
    const buying = () => buyingState(parts.hub.state, parts.feed.rows("site").get("site"));
    // The internet may be back while the link still waits to dial: for a buyer it dials now.
    if (buying() === "hub-away") await waitForHub(world, parts.hub, hubBackMsMax);
    const now = buying();
    if (now !== "open") return refuse("purchase", now);
    const plan = parts.feed.rows("plan").get(body.planId);
    if (plan === undefined || !isOnSale(plan, world.clock.wall()))
      return refuse("purchase", "unknown-plan", { field: "planId" });
    const phone = normalisePhone(body.phone, countryOfCurrency(parts.feed.rows("provider").get("provider")?.currency));
    if (phone === null) return refuse("purchase", "bad-phone", { field: "phone" });

    let result: StartPurchaseResult;
    try {
      const returnUrl = visit.homeUrl === null ? {} : { returnUrl: visit.homeUrl };
      const channel = body.channelId === undefined ? {} : { channelId: body.channelId };
      const order = { idempotencyKey: body.idempotencyKey, planId: body.planId, phone, spendsCredit: true };
      const offered = {
        ...(body.code === undefined ? {} : { code: body.code }),
        ...(body.expectsCents === undefined ? {} : { expectsCents: body.expectsCents }),
      };
      const params = { ...order, ...returnUrl, ...channel, ...offered };
      result = await parts.hub.call(startPurchase, params, startDeadlineMs);
    } catch (error) {
      // The prompt may be on its way. The page asks again with the same key: that is the same purchase.
      const code = error instanceof Fault ? error.code : null;
      if (code === "hub/bad-answer") throw error;
      world.log.warn("purchase-not-started", { error: String(error) });
      return refuse("purchase", code === "hub/away" ? "hub-away" : "hub-slow");
    }
    if (result.kind === "refused") return refuseStart(result);
    outcomes.add({ action: "purchase", outcome: "started" });
    const { purchaseId, state } = result;
    const started = purchases.remember({ purchaseId, planId: plan.planId, state }, visit.device);
    const cookies = [visit.tokenCookie, purchaseCookie(key, started, visit)];
    return withCookies({ ...jsonResponse(await viewOf(started, visit)), status: 201 }, cookies);
  }

  function refuseStart({ reason, because }: Extract<StartPurchaseResult, { kind: "refused" }>): HttpResponse {
    const code = codeOfRefusal(offerRefusals.find((exact) => exact === because) ?? reason);
    if (code === "bad-code" || code === "code-used-up") return refuse("purchase", code, { field: "code" });
    if (code === "bad-phone" || code === "prompt-already-open") return refuse("purchase", code, { field: "phone" });
    return refuse("purchase", code, code === "unknown-plan" ? { field: "planId" } : {});
  }

  /** What the plan costs with this code. A wrong one counts at the hub, too. */
  async function offer(visit: Visit, body: OfferRequest): Promise<HttpResponse> {
    const waitSeconds = limits.takeQuestion(visit);
    if (waitSeconds > 0) return tooFast("offer", waitSeconds);
    const { planId, code, phone, channelId } = body;
    try {
      const params = { planId, code, phone, ...(channelId === undefined ? {} : { channelId }) };
      const result = await parts.hub.call(readOffer, params, offerDeadlineMs);
      if (result.kind === "offer") {
        const { priceCents, usualCents, currency } = result;
        return withCookies(jsonResponse({ priceCents, usualCents, currency } satisfies OfferView), [visit.tokenCookie]);
      }
      const reason = codeOfRefusal(result.reason);
      return refuse("offer", reason, reason === "bad-code" || reason === "code-used-up" ? { field: "code" } : {});
    } catch (error) {
      if (error instanceof Fault && error.code === "hub/bad-answer") throw error;
      return refuse("offer", error instanceof Fault && error.code === "hub/away" ? "hub-away" : "hub-slow");
    }
  }

  async function claim(visit: Visit, body: ClaimRequest): Promise<HttpResponse> {
    const waitSeconds = limits.takeClaim(visit, JSON.stringify([body.receipt, body.phone, body.amountCents]));
    if (waitSeconds > 0) return tooFast("claim", waitSeconds);
    const redeemed = await redeemSale(visit, body);
    if (redeemed !== null) return redeemed;
    const newest = current(visit);
    const awaited = newest === null || newest.state.state === "paid" ? null : newest.purchaseId;
    const outcome = await claimPaid(world, parts, body, awaited);
    if (outcome.kind === "refused") {
      return refuse("claim", outcome.code, outcome.field === null ? {} : { field: outcome.field });
    }
    outcomes.add({ action: "claim", outcome: outcome.kind });
    const answer = (view: ClaimView, cookies: string[] = []) =>
      withCookies(jsonResponse(view), [visit.tokenCookie, ...cookies]);
    if (outcome.kind !== "settled") return answer({ kind: outcome.kind });
    const { purchaseId } = outcome;
    const planId = outcome.planId ?? (purchaseId === newest?.purchaseId ? newest?.planId : undefined);
    if (purchaseId === null || planId === undefined) return answer({ kind: "settled", purchase: null });
    const state = { state: "paid", reason: null, receipt: null, grantId: null } as const;
    const found = purchases.remember({ purchaseId, planId, state }, visit.device);
    await purchases.refresh(found, visit.device, true);
    return answer({ kind: "settled", purchase: await viewOf(found, visit) }, [purchaseCookie(key, found, visit)]);
  }

  /** Our own message, or its code: what was sold is known here, with or without the hub. Null: there is none in it. */
  async function redeemSale(visit: Visit, body: ClaimRequest): Promise<HttpResponse | null> {
    const { receipt, login } = body;
    const outcome = receipt === undefined ? null : await parts.access.redeemSaleIn?.(receipt, visit.device);
    if (outcome == null) return null;
    if (outcome.kind === "refused") {
      const { retryAfterSeconds } = outcome;
      const extra = retryAfterSeconds === null ? {} : { retryAfterSeconds };
      return refuse("claim", codeOfReject(outcome.reason), { field: "receipt", ...extra });
    }
    outcomes.add({ action: "claim", outcome: "redeemed" });
    const loginUrl = chooseLoginUrl(login, settings.logins());
    const logIn = await logInDevice(world, parts, outcome.grantId, visit.device, {
      loginUrl,
      hint: body,
      byRouter: true,
    });
    const view: ClaimView = { kind: "redeemed", planName: outcome.planName, logIn };
    return withCookies(jsonResponse(view), [visit.tokenCookie]);
  }

  function current(visit: Visit): RememberedPurchase | null {
    const newest = purchases.newestOf(visit.device);
    if (newest !== null) return newest;
    const named = readPurchaseCookie(key, visit);
    if (named === null || purchases.find(named.purchaseId) !== null) return null; // it ended a while ago
    return purchases.rememberNamed(named, visit.device);
  }

  async function show(visit: Visit, purchaseId: string): Promise<HttpResponse> {
    current(visit); // remembers the purchase in the cookie
    const found = purchases.find(purchaseId);
    if (found === null || !purchases.isOf(found, visit.device))
      return problemResponse("not-found", { detail: "no such purchase began here" });
    await purchases.refresh(found, visit.device);
    return withCookies(jsonResponse(await viewOf(found, visit)), [visit.tokenCookie]);
  }

  async function watch(visit: Visit, purchaseId: string): Promise<WatchedPurchase | null> {
    current(visit); // remembers the purchase in the cookie
    const found = purchases.find(purchaseId);
    if (found === null || !purchases.isOf(found, visit.device)) return null;
    if (found.isNamedOnly) await purchases.refresh(found, visit.device);
    return found.isNamedOnly ? null : { purchaseId, look: () => lookAt(found, visit) };
  }

  async function lookAt(purchase: RememberedPurchase, visit: Visit): Promise<PurchaseLook> {
    await purchases.refresh(purchase, visit.device);
    const { logIn, ...view } = await viewOf(purchase, visit);
    const isOnline = parts.access.view(visit.device).online !== null;
    const isPaid = view.state === "paid";
    const isTheirTurn = isPaid && (isOnline || logIn === null || logIn.kind === "refused");
    const mark = JSON.stringify([view, logIn?.kind, isOnline]);
    return { mark, isPaid, isOver: isTheirTurn || view.state === "failed" };
  }

  /** Logs the device in when the purchase is paid, and its grant is here and no other device's: once a minute at most, for many polls. */
  async function viewOf(purchase: RememberedPurchase, visit: Visit): Promise<PurchaseView> {
    const { purchaseId, planId } = purchase;
    const view = { purchaseId, planId, ...purchase.state, ...payAtOf(purchase, visit) };
    if (purchase.state.state !== "paid" || purchase.isMoved) return { ...view, logIn: null };
    if (parts.feed.rows("site").get("site")?.autoLogIn === false) return { ...view, logIn: null };
    const { grantId } = purchase.state;
    if (grantId === null) return { ...view, logIn: { kind: "wait" } };
    const nowMs = world.clock.monotonicMs();
    if (purchase.logIn === null || nowMs - purchase.logIn.atMs >= logInAgainMs) {
      const loginUrl = chooseLoginUrl(visit.hint.login, settings.logins());
      const answer = logInDevice(world, parts, grantId, visit.device, { loginUrl, hint: visit.hint, byRouter: true });
      purchase.logIn = { answer, atMs: nowMs };
      outcomes.add({ action: "log-in", outcome: (await answer).kind });
    }
    return { ...view, logIn: await purchase.logIn.answer };
  }

  /** By way of the payment window, where this device may have one. */
  function payAtOf({ purchaseId, state }: RememberedPurchase, { device, hint }: Visit): { readonly payAt?: string } {
    if (state.payAt === undefined || parts.free?.windowFor(purchaseId, device).kind !== "offer") return {};
    if (parts.access.view(device).online !== null) return {};
    const query = new URLSearchParams(hint as Record<string, string>).toString();
    return { payAt: `/pay/${encodeURIComponent(purchaseId)}${query === "" ? "" : `?${query}`}` };
  }

  async function payAt(visit: Visit, purchaseId: string): Promise<string | null> {
    // Each way to the page costs a log-in, and the router's API is slow.
    if (limits.take(visit) > 0) return null;
    current(visit); // remembers the purchase in the cookie
    const mine = purchases.openOf(visit.device).find((open) => open.purchaseId === purchaseId);
    if (mine === undefined) return null;
    // The hub has begun it with the processor, or there is no such page: a made-up cookie opens nothing.
    if (mine.state.payAt === undefined) await purchases.refresh(mine, visit.device);
    return mine.state.state === "prompted" ? (mine.state.payAt ?? null) : null;
  }

  function rest({ device }: Visit): string[] {
    purchases.rest(device);
    return [noPurchaseCookie];
  }

  return { start, offer, claim, show, watch, payAt, current, rest };
}

/** Too many wrong codes are a matter of waiting, as anything else that is done too fast. */
function codeOfRefusal(
  reason:
    | Extract<StartPurchaseResult, { kind: "refused" }>["reason"]
    | Extract<ReadOfferResult, { kind: "refused" }>["reason"],
): ProblemCode {
  if (reason === "no-channel") return "not-offered";
  return reason === "too-many-tries" ? "slow-down" : reason;
}
