/**
 * The purchases that phones started here, between a phone's polls: their state, and the grant once it is here. The hub knows the
 * payment; the feed brings the grant. After a restart a purchase is found by its id, which the phone keeps in a cookie beside the
 * proof that this very phone began it (`purchase-cookie.ts`).
 *
 * Who attacks it: who read the id somewhere (a bank's page, a console, a receipt) and wants the grant. The id alone opens nothing: the device
 * must be the one that bought, by its token, by the MAC that its router says, or by the address and MAC that it had when it bought.
 */

import { Fault } from "@karibu/protocol/fault";
import { kindOfGrant } from "@karibu/protocol/grant-id";
import type { LogIn } from "@karibu/protocol/portal-api";
import { getPurchaseState, type PurchaseState } from "@karibu/protocol/rpc/purchase-state";
import type { World } from "@karibu/protocol/world";
import type { Device } from "../../access/portal-access.ts";
import { createRateLimit } from "../../ground/rate-limit.ts";
import type { CustomerParts } from "./customer-parts.ts";
import { mergePurchaseState } from "./purchase-policy.ts";

export interface RememberedPurchase {
  readonly purchaseId: string;
  readonly planId: string;
  readonly device: Device;
  readonly startedAtMs: number;
  state: PurchaseState;
  endedAtMs: number | null;
  askedAtMs: number | null;
  asking: Promise<void> | null;
  /** The hub knows no such purchase of this site: it may be another site's. */
  isForeign: boolean;
  /** Only a phone's cookie names it: the hub has not confirmed it. */
  isNamedOnly: boolean;
  /** Another device has its place now. */
  isMoved: boolean;
  /** One log-in for many polls. */
  logIn: { readonly answer: Promise<LogIn>; readonly atMs: number } | null;
}

export interface Purchases {
  remember(purchase: { purchaseId: string; planId: string; state: PurchaseState }, device: Device): RememberedPurchase;
  /** A purchase that only the phone's cookie names, after a restart. Made-up ones replace each other, and no others. */
  rememberNamed(named: { purchaseId: string; planId: string }, device: Device): RememberedPurchase;
  find(purchaseId: string): RememberedPurchase | null;
  /** Did this device begin it, or claim it with its receipt? A captive browser may have dropped the token since. */
  isOf(purchase: RememberedPurchase, device: Device): boolean;
  /** The newest purchase of this device that is open, or ended within the last ten minutes. */
  newestOf(device: Device): RememberedPurchase | null;
  /** The purchases of this device that are neither paid nor failed. */
  openOf(device: Device): readonly RememberedPurchase[];
  /** Those of this device that no money has come for yet; also for a prompt that ended it may come. */
  unpaidOf(device: Device): readonly RememberedPurchase[];
  /** What this device has paid for is shown no more. */
  rest(device: Device): void;
  /** Seconds since the purchase was started here, or remembered after a restart. */
  ageSecondsOf(purchase: RememberedPurchase): number;
  /** Takes the grant if the feed has brought it. Does not ask the hub. */
  takeGrant(purchase: RememberedPurchase, device: Device): Promise<void>;
  /**
   * Takes the grant, else asks the hub: once a second at most, one question for many polls. `isClaimed`: the customer asks for it anew, with the receipt,
   * so it comes from another device, too.
   */
  refresh(purchase: RememberedPurchase, device: Device, isClaimed?: boolean): Promise<void>;
}

const askAgainMs = 1000;
const askDeadlineMs = 4000;
const shownAfterEndMs = 10 * 60_000;
const rememberedMs = 24 * 3_600_000;
const purchasesMax = 2000;
/** Of those that only cookies name. */
const namedMax = 200;
/** Questions to the hub about those, of all phones together: anybody can make up a cookie. */
const namedQuestions = { burst: 20, everyMs: 3000, keysMax: 1 };

export function createPurchases(world: World, parts: Pick<CustomerParts, "access" | "hub">): Purchases {
  const byId = new Map<string, RememberedPurchase>();
  const questions = createRateLimit(namedQuestions);
  return {
    remember,
    rememberNamed(named, device) {
      const waiting = [...byId.values()].filter(({ isNamedOnly }) => isNamedOnly);
      if (waiting.length >= namedMax) byId.delete((waiting[0] as RememberedPurchase).purchaseId);
      const state = { state: "unknown", reason: null, receipt: null, grantId: null } as const;
      const remembered = remember({ ...named, state }, device);
      remembered.isNamedOnly = true;
      return remembered;
    },
    find: (purchaseId) => byId.get(purchaseId) ?? null,
    isOf: (purchase, device) => isSameDevice(purchase.device, device) || isAsItWas(purchase.device, device),
    newestOf,
    openOf: (device) => [...byId.values()].filter((one) => one.endedAtMs === null && isSameDevice(one.device, device)),
    unpaidOf: (device) =>
      [...byId.values()].filter((one) => one.state.state !== "paid" && isSameDevice(one.device, device)),
    rest(device) {
      for (const one of byId.values()) {
        if (one.state.state === "paid" && isSameDevice(one.device, device)) one.endedAtMs = Number.NEGATIVE_INFINITY;
      }
    },
    ageSecondsOf: ({ startedAtMs }) => Math.floor((world.clock.monotonicMs() - startedAtMs) / 1000),
    takeGrant,
    refresh,
  };

  function remember(
    purchase: { purchaseId: string; planId: string; state: PurchaseState },
    device: Device,
  ): RememberedPurchase {
    const existing = byId.get(purchase.purchaseId);
    if (existing && isSameDevice(existing.device, device)) {
      settle(existing, purchase.state);
      return existing;
    }
    // New, or claimed by another phone with its receipt: then that phone has the purchase now.
    forgetOld();
    const nowMs = world.clock.monotonicMs();
    const { purchaseId, planId, state } = purchase;
    const remembered: RememberedPurchase = {
      purchaseId,
      planId,
      device,
      startedAtMs: nowMs,
      state,
      endedAtMs: hasEnded(state) ? nowMs : null,
      askedAtMs: null,
      asking: null,
      isForeign: false,
      isNamedOnly: false,
      isMoved: false,
      logIn: null,
    };
    byId.set(purchaseId, remembered);
    return remembered;
  }

  function newestOf(device: Device): RememberedPurchase | null {
    const nowMs = world.clock.monotonicMs();
    let newest: RememberedPurchase | null = null;
    for (const purchase of byId.values()) {
      if (!isSameDevice(purchase.device, device)) continue;
      if (purchase.endedAtMs !== null && nowMs - purchase.endedAtMs > shownAfterEndMs) continue;
      if (newest === null || purchase.startedAtMs >= newest.startedAtMs) newest = purchase;
    }
    return newest;
  }

  async function refresh(purchase: RememberedPurchase, device: Device, isClaimed = false): Promise<void> {
    await takeGrant(purchase, device, isClaimed);
    const isHere = purchase.state.state === "paid" && isWholeGrant(purchase.state.grantId);
    if ((isHere && purchase.state.receipt !== null) || parts.hub.state !== "connected") return;
    const asking = askHub(purchase);
    // With the grant here only the receipt is missing: it comes with a later poll, and this one does not wait for the hub.
    if (isHere || asking === null) return;
    await asking;
    if (purchase.state.state !== "paid" && !purchase.isForeign) return;
    await takeGrant(purchase, device);
    if (!isWholeGrant(purchase.state.grantId)) await claimRoaming(purchase, device);
  }

  /** The grant is not here: another site sold it or holds it, or the feed is late. */
  async function claimRoaming(purchase: RememberedPurchase, device: Device): Promise<void> {
    const claim = await parts.access.claimRoaming?.(purchase.purchaseId, device).catch((error: unknown) => {
      world.log.warn("purchase-not-claimed", { purchase: purchase.purchaseId, error: String(error) });
      return null;
    });
    if (claim?.kind === "granted")
      settle(purchase, { ...purchase.state, state: "paid", reason: null, grantId: claim.grantId });
  }

  /** The question under way, or a new one. Null: the last one was less than a second ago. */
  function askHub(purchase: RememberedPurchase): Promise<void> | null {
    if (purchase.asking !== null) return purchase.asking;
    const nowMs = world.clock.monotonicMs();
    if (purchase.askedAtMs !== null && nowMs - purchase.askedAtMs < askAgainMs) return null;
    if (purchase.isNamedOnly && questions.take("", nowMs) > 0) return null;
    purchase.askedAtMs = nowMs;
    purchase.asking = ask(purchase).finally(() => {
      purchase.asking = null;
    });
    return purchase.asking;
  }

  /** The grant may come before the hub's answer, or without it: late money brings its customer online too. */
  async function takeGrant(purchase: RememberedPurchase, device: Device, isClaimed = false): Promise<void> {
    const { purchaseId } = purchase;
    // It may run on another phone, which has its code: that one keeps the place, unless the customer asks for it here.
    const claim = await parts.access.claimPurchase(purchaseId, device, isClaimed).catch((error: unknown) => {
      // A full disk must not take the page away: the purchase stays, and the next poll claims again.
      world.log.warn("purchase-not-claimed", { purchase: purchaseId, error: String(error) });
      return null;
    });
    if (claim === null) return;
    purchase.isMoved = claim.kind === "moved";
    if (claim.kind !== "wait")
      settle(purchase, { ...purchase.state, state: "paid", reason: null, grantId: claim.grantId });
    else if (isWholeGrant(purchase.state.grantId)) purchase.state = { ...purchase.state, grantId: null };
  }

  async function ask(purchase: RememberedPurchase): Promise<void> {
    try {
      const state = await parts.hub.call(getPurchaseState, { purchaseId: purchase.purchaseId }, askDeadlineMs);
      if (state !== null) settle(purchase, { ...state, grantId: null });
      else purchase.isForeign = true;
    } catch (error) {
      const isUnreadable = error instanceof Fault && error.code === "hub/bad-answer";
      if (isUnreadable) world.log.warn("purchase-state-unreadable", { purchase: purchase.purchaseId });
      else world.log.debug("purchase-state-unanswered", { purchase: purchase.purchaseId, error: String(error) });
    }
  }

  function settle(purchase: RememberedPurchase, next: PurchaseState): void {
    purchase.isNamedOnly = false;
    purchase.state = mergePurchaseState(purchase.state, next);
    if (purchase.endedAtMs !== null || !hasEnded(purchase.state)) return;
    purchase.endedAtMs = world.clock.monotonicMs();
    // The grant came first: its receipt is asked for at once, so that it stands on the page soon.
    if (purchase.state.receipt === null) purchase.askedAtMs = null;
  }

  function forgetOld(): void {
    const nowMs = world.clock.monotonicMs();
    for (const [id, purchase] of byId) {
      if (byId.size < purchasesMax + namedMax && nowMs - purchase.startedAtMs < rememberedMs) break; // the map is in order of start
      byId.delete(id);
    }
  }
}

/** False for the bridge, which stands for a grant that another site holds. */
function isWholeGrant(grantId: string | null): boolean {
  return grantId !== null && kindOfGrant(grantId) !== "bridge";
}

function hasEnded(state: PurchaseState): boolean {
  return state.state === "paid" || state.state === "failed";
}

/**
 * By the token. Another browser of the phone, and one without cookies (some captive browsers drop them), by the MAC where its router said it both times: an
 * address goes to the next phone when its lease ends. Where the MAC is the phone's word, by that and the address that was seen.
 */
function isSameDevice(a: Device, b: Device): boolean {
  if (a.token === b.token) return true;
  if (a.claims === undefined && b.claims === undefined) return a.mac !== null && a.mac === b.mac;
  if (isAddressClaimed(a) || isAddressClaimed(b)) return false;
  return a.mac !== null && a.address !== null && a.mac === b.mac && a.address === b.address;
}

/** For who knows the purchase's id, too: the same address, and no other MAC. Where many share an address, both are claimed as they were then. */
function isAsItWas(then: Device, now: Device): boolean {
  if (then.address === null || then.address !== now.address) return false;
  if (isAddressClaimed(then) || isAddressClaimed(now)) return then.mac !== null && then.mac === now.mac;
  return then.mac === null || now.mac === null || then.mac === now.mac;
}

const isAddressClaimed = ({ claims }: Device): boolean => claims === "mac-and-address" || claims === "address";
