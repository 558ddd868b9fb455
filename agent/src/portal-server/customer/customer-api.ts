/** The customer's API, route by route. It knows nothing of sockets. */
import {
  claimRequestSchema,
  type DeviceHint,
  deviceHintSchema,
  logInRequestSchema,
  offerRequestSchema,
  purchaseRequestSchema,
  redeemRequestSchema,
} from "@karibu/protocol/portal-api";
import { seconds } from "@karibu/protocol/quantities";
import { complaint, inPlainWords } from "@karibu/protocol/schema";
import type { World } from "@karibu/protocol/world";
import type { DeviceView } from "../../access/portal-access.ts";
import { isOnSale, offerHere } from "../../grants/offers-here.ts";
import type { HttpResponse } from "../../ground/http.ts";
import { brandState } from "../brand/brand-view.ts";
import type { LabelledCounter } from "../http/metrics.ts";
import { problemResponse } from "../http/problems.ts";
import { jsonResponse, withCookies } from "../http/responses.ts";
import type { Visit } from "../visit/visit.ts";
import { createAccessRoutes } from "./access-routes.ts";
import type { CustomerParts, CustomerSettings } from "./customer-parts.ts";
import { portalState } from "./portal-state.ts";
import { createPurchaseEvents } from "./purchase-events.ts";
import { createPurchaseRoutes } from "./purchase-routes.ts";
import { createPurchases } from "./purchases.ts";
import { createRefusals } from "./refusals.ts";
import { createVisitorLimits } from "./visitor-limits.ts";

export interface CustomerApi {
  state(visit: Visit): Promise<HttpResponse>;
  purchase(visit: Visit, purchaseId: string): Promise<HttpResponse>;
  /** A stream that says when there is news of the purchase. */
  events(visit: Visit, purchaseId: string): Promise<HttpResponse>;
  /** Where a purchase that this very device began is paid; null: it began none, or it is not paid on a page, or no more, or it asks too often. */
  payAt(visit: Visit, purchaseId: string): Promise<string | null>;
  /** No purchase of this device brings it back by itself any more. Returns cookies for the answer. */
  rest(visit: Visit): string[];
  /** POST routes by path. A body that does not fit is answered with the field's name. */
  readonly posts: ReadonlyMap<string, Post>;
}

type Post = (body: unknown, visitOf: (hint: DeviceHint) => Promise<Visit>) => Promise<HttpResponse>;

export function createCustomerApi(
  world: World,
  parts: CustomerParts,
  settings: CustomerSettings,
  outcomes: LabelledCounter,
): CustomerApi {
  const purchases = createPurchases(world, parts);
  const limits = createVisitorLimits(world.clock);
  const refusals = createRefusals(outcomes);
  const buying = createPurchaseRoutes(world, parts, { settings, purchases, limits, refusals, outcomes });
  const follow = createPurchaseEvents(world, parts, outcomes);
  const going = createAccessRoutes(world, parts, { settings, purchases: buying, limits, refusals, outcomes });

  async function state(visit: Visit): Promise<HttpResponse> {
    const { device } = visit;
    // The money of an older purchase of this phone may arrive too.
    for (const unpaid of purchases.unpaidOf(device)) await purchases.takeGrant(unpaid, device);
    const current = buying.current(visit);
    // Without the hub: the page must not wait for it. The page asks for the purchase separately.
    if (current !== null) {
      await purchases.takeGrant(current, device);
      if (current.state.state === "paid") await purchases.refresh(current, device);
    }
    const { purchaseId, planId } = current ?? {};
    // A customer looks at a closed shop: dial the hub again.
    if (parts.hub.state === "away") parts.hub.redialSoon?.();
    const view = parts.access.view(device);
    const trying = isWithout(view) ? (parts.free?.trialFor(device) ?? null) : null;
    const answer = portalState({
      provider: parts.feed.rows("provider").get("provider"),
      site: parts.feed.rows("site").get("site"),
      brand: brandState(parts.feed, world.clock.wall()),
      plans: [...parts.feed.rows("plan").values()].filter((plan) => isOnSale(plan, world.clock.wall())),
      offerOf: (plan) => offerHere(parts.feed, plan, world.clock.wall()),
      hub: parts.hub.state,
      // To who names an address, no MAC: it is what others put on to be its phone.
      device: { mac: device.claims === "address" ? null : device.mac, address: device.address },
      view,
      trial: trying?.kind === "offer" ? { name: trying.plan.name, url: trialUrl(visit.hint) } : null,
      purchase:
        current && purchaseId && planId
          ? { purchaseId, planId, ...current.state, ageSeconds: seconds(purchases.ageSecondsOf(current)) }
          : null,
    });
    return withCookies(jsonResponse(answer), [visit.tokenCookie]);
  }

  return {
    state,
    purchase: buying.show,
    events: async (visit, purchaseId) => follow(visit, await buying.watch(visit, purchaseId)),
    payAt: buying.payAt,
    rest: buying.rest,
    posts: new Map<string, Post>([
      ["/api/purchases", postRoute(purchaseRequestSchema, buying.start)],
      ["/api/offers", postRoute(offerRequestSchema, buying.offer)],
      ["/api/claims", postRoute(claimRequestSchema, buying.claim)],
      ["/api/vouchers/redeem", postRoute(redeemRequestSchema, going.redeem)],
      ["/api/log-in", postRoute(logInRequestSchema, going.logIn)],
      ["/api/log-out", postRoute(deviceHintSchema, going.logOut)],
    ]),
  };
}

const trialUrl = (hint: DeviceHint): string => `/trial?${new URLSearchParams(hint as Record<string, string>)}`;

/** Who has something has no use for a trial. */
const isWithout = ({ online, available, held }: DeviceView): boolean =>
  online === null && available.length === 0 && held === null;

/** A POST route that checks its body by its schema first. */
function postRoute<T extends DeviceHint>(
  schema: {
    safeParse(
      value: unknown,
      words: typeof inPlainWords,
    ): { success: true; data: T } | { success: false; error: Parameters<typeof complaint>[0] };
  },
  answer: (visit: Visit, body: T) => Promise<HttpResponse>,
): Post {
  return async (body, visitOf) => {
    const parsed = schema.safeParse(body, inPlainWords);
    if (parsed.success) return await answer(await visitOf(parsed.data), parsed.data);
    const { field, message } = complaint(parsed.error);
    return problemResponse("bad-request", { field: field || "body", detail: message });
  };
}
