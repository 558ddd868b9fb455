/**
 * Purchases that phones here have begun: how they stand, and the grant once it is here. The hub knows the payment, the feed
 * brings the grant; this is only the memory between a phone's polls. After a restart a purchase is found again by its id,
 * which the phone keeps in a cookie: the id is unguessable, so knowing it is enough.
 */

import type { LogIn } from "@karibu/protocol/portal-api";
import { getPurchaseState, type PurchaseState } from "@karibu/protocol/rpc/purchase-state";
import type { World } from "@karibu/protocol/world";
import type { Device } from "../../access/portal-access.ts";
import type { PortalParts } from "../portal-parts.ts";
import { mergePurchaseState } from "./purchase-policy.ts";

export interface RememberedPurchase {
  readonly purchaseId: string;
  readonly planId: string;
  readonly device: Device;
  readonly begunAtMs: number;
  state: PurchaseState;
  endedAtMs: number | null;
  askedAtMs: number | null;
  asking: Promise<void> | null;
  /** The hub knows of no such purchase at this site: it may be another one's. */
  isForeign: boolean;
  /** One log-in for many polls. */
  logIn: { readonly answer: Promise<LogIn>; readonly atMs: number } | null;
}

export interface Purchases {
  remember(purchase: { purchaseId: string; planId: string; state: PurchaseState }, device: Device): RememberedPurchase;
  /** By id; one that is not remembered (a restart) is taken up again from the phone's word, its state not known. */
  find(purchaseId: string): RememberedPurchase | null;
  /** The newest of this device that is open, or ended within the last ten minutes. */
  newestOf(device: Device): RememberedPurchase | null;
  /** Those of this device that are neither paid nor failed yet. */
  openOf(device: Device): readonly RememberedPurchase[];
  /** Since it was begun here, or was taken up again after a restart. */
  ageSecondsOf(purchase: RememberedPurchase): number;
  /** Takes the grant if the feed has brought it; asks nobody. */
  takeGrant(purchase: RememberedPurchase, device: Device): Promise<void>;
  /** Brings a purchase up to date: the grant here, else the hub (at most once a second, one question for many polls). */
  look(purchase: RememberedPurchase, device: Device): Promise<void>;
}

const askAgainMs = 1000;
const askDeadlineMs = 4000;
const shownAfterEndMs = 10 * 60_000;
const rememberedMs = 24 * 3_600_000;
const purchasesMax = 2000;

export function createPurchases(world: World, parts: Pick<PortalParts, "desk" | "hub">): Purchases {
  const byId = new Map<string, RememberedPurchase>();
  return {
    remember,
    find,
    newestOf,
    openOf: (device) => [...byId.values()].filter((one) => one.endedAtMs === null && isSameDevice(one.device, device)),
    ageSecondsOf: ({ begunAtMs }) => Math.floor((world.clock.monotonicMs() - begunAtMs) / 1000),
    takeGrant,
    look,
  };

  function remember(
    purchase: { purchaseId: string; planId: string; state: PurchaseState },
    device: Device,
  ): RememberedPurchase {
    const existing = byId.get(purchase.purchaseId);
    // Another phone that showed the receipt of it: it is that phone's now, with a log-in of its own.
    if (existing && isSameDevice(existing.device, device)) {
      settle(existing, purchase.state);
      return existing;
    }
    forgetOld();
    const nowMs = world.clock.monotonicMs();
    const { purchaseId, planId, state } = purchase;
    const remembered: RememberedPurchase = {
      purchaseId,
      planId,
      device,
      begunAtMs: nowMs,
      state,
      endedAtMs: hasEnded(state) ? nowMs : null,
      askedAtMs: null,
      asking: null,
      isForeign: false,
      logIn: null,
    };
    byId.set(purchaseId, remembered);
    return remembered;
  }

  function find(purchaseId: string): RememberedPurchase | null {
    return byId.get(purchaseId) ?? null;
  }

  function newestOf(device: Device): RememberedPurchase | null {
    const nowMs = world.clock.monotonicMs();
    let newest: RememberedPurchase | null = null;
    for (const purchase of byId.values()) {
      if (!isSameDevice(purchase.device, device)) continue;
      if (purchase.endedAtMs !== null && nowMs - purchase.endedAtMs > shownAfterEndMs) continue;
      if (newest === null || purchase.begunAtMs >= newest.begunAtMs) newest = purchase;
    }
    return newest;
  }

  async function look(purchase: RememberedPurchase, device: Device): Promise<void> {
    await takeGrant(purchase, device);
    const isHere = purchase.state.state === "paid" && isWhole(purchase.state.grantId);
    if ((isHere && purchase.state.receipt !== null) || parts.hub.state !== "connected") return;
    const asking = askHub(purchase);
    // With the grant here nobody waits for the hub: only the receipt is missing, and it comes with a later look.
    if (isHere || asking === null) return;
    await asking;
    if (purchase.state.state !== "paid" && !purchase.isForeign) return;
    await takeGrant(purchase, device);
    if (!isWhole(purchase.state.grantId)) await claimElsewhere(purchase, device);
  }

  /** Its grant is not here: bought at another site, or gone to one, or the feed is a moment late. */
  async function claimElsewhere(purchase: RememberedPurchase, device: Device): Promise<void> {
    const claim = await parts.desk.claimRoaming?.(purchase.purchaseId, device).catch((error: unknown) => {
      world.log.warn("purchase-not-claimed", { purchase: purchase.purchaseId, error: String(error) });
      return null;
    });
    if (claim?.kind === "granted")
      settle(purchase, { ...purchase.state, state: "paid", reason: null, grantId: claim.grantId });
  }

  /** The question that is under way, or a new one; null when the last one was a moment ago. */
  function askHub(purchase: RememberedPurchase): Promise<void> | null {
    if (purchase.asking !== null) return purchase.asking;
    const nowMs = world.clock.monotonicMs();
    if (purchase.askedAtMs !== null && nowMs - purchase.askedAtMs < askAgainMs) return null;
    purchase.askedAtMs = nowMs;
    purchase.asking = ask(purchase).finally(() => {
      purchase.asking = null;
    });
    return purchase.asking;
  }

  /** The grant may come before the hub's word, or without it: money that arrived late still puts its owner online. */
  async function takeGrant(purchase: RememberedPurchase, device: Device): Promise<void> {
    const claim = await parts.desk.claimPurchase(purchase.purchaseId, device).catch((error: unknown) => {
      // A full disk must not take the page away: the purchase stays, and the next look claims again.
      world.log.warn("purchase-not-claimed", { purchase: purchase.purchaseId, error: String(error) });
      return null;
    });
    if (claim === null) return;
    if (claim.kind === "granted")
      settle(purchase, { ...purchase.state, state: "paid", reason: null, grantId: claim.grantId });
    else if (isWhole(purchase.state.grantId)) purchase.state = { ...purchase.state, grantId: null };
  }

  async function ask(purchase: RememberedPurchase): Promise<void> {
    try {
      const answer = await parts.hub.call(getPurchaseState.method, { purchaseId: purchase.purchaseId }, askDeadlineMs);
      const parsed = getPurchaseState.result.safeParse(answer);
      if (!parsed.success) world.log.warn("purchase-state-unreadable", { purchase: purchase.purchaseId });
      else if (parsed.data !== null) settle(purchase, { ...parsed.data, grantId: null });
      else purchase.isForeign = true;
    } catch (error) {
      world.log.debug("purchase-state-unanswered", { purchase: purchase.purchaseId, error: String(error) });
    }
  }

  function settle(purchase: RememberedPurchase, next: PurchaseState): void {
    purchase.state = mergePurchaseState(purchase.state, next);
    if (purchase.endedAtMs === null && hasEnded(purchase.state)) purchase.endedAtMs = world.clock.monotonicMs();
  }

  function forgetOld(): void {
    const nowMs = world.clock.monotonicMs();
    for (const [id, purchase] of byId) {
      if (byId.size < purchasesMax && nowMs - purchase.begunAtMs < rememberedMs) break; // the map is in order of begin
      byId.delete(id);
    }
  }
}

/** Not the bridge that stands in for a grant which another site holds. */
function isWhole(grantId: string | null): boolean {
  return grantId !== null && !grantId.startsWith("b.");
}

function hasEnded(state: PurchaseState): boolean {
  return state.state === "paid" || state.state === "failed";
}

/** By token; a phone without a cookie (some captive browsers drop them) by MAC and address together. */
function isSameDevice(a: Device, b: Device): boolean {
  if (a.token === b.token) return true;
  return a.mac !== null && a.address !== null && a.mac === b.mac && a.address === b.address;
}
