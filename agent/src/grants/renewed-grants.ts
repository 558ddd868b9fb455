/**
 * A renewed package, or one that was bought in a payment window: the devices that hold a slot of the old grant get a slot of the new one, so that nobody must tap. A device
 * uses its grants one after the other, so the new one begins when the old one is over.
 */
import type { GrantBody } from "@karibu/protocol/feed";
import { freeGrantId } from "@karibu/protocol/grant-id";
import { spentReasonOf } from "../state/spent-grants.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { aboutGrant, type Site } from "./site.ts";

export interface RenewedGrants {
  /** Never rejects. */
  bind(renewed: readonly GrantBody[]): Promise<void>;
  /** Binds what failed before: call it now and then. Never rejects. */
  bindOwed(): Promise<void>;
}

export function createRenewedGrants(site: Site, feed: Pick<FeedStore, "rows">): RenewedGrants {
  let isOwed = false;

  async function bind(renewed: readonly GrantBody[]): Promise<void> {
    try {
      await bindRenewedGrants(site, renewed);
    } catch (error) {
      isOwed = true;
      site.world.log.warn("renewed-not-bound", { error: String(error) });
    }
  }

  return {
    bind,
    async bindOwed() {
      if (!isOwed) return;
      isOwed = false;
      await bind([...feed.rows("grant").values()]);
    },
  };
}

/**
 * Binds what the feed has brought. Safe to repeat: a grant whose slots are taken, or that was used, stays as it is. Rejects when the disk refuses, after
 * each was tried: what the journal had no room for is not bound.
 */
export async function bindRenewedGrants(site: Site, renewed: readonly GrantBody[]): Promise<void> {
  const written: Promise<void>[] = [];
  for (const { grant, renewsGrantId, purchaseId } of renewed) {
    const { grantId } = grant;
    const window = purchaseId === null ? undefined : freeGrantId({ what: "window", purchaseId });
    const beforeId = renewsGrantId ?? (window !== undefined && site.state.free.has(window) ? window : undefined);
    if (beforeId === undefined || grant.revokedAtMs !== null) continue;
    if (spentReasonOf(site.state.spent, grantId) !== null) continue;
    if (site.state.grants.has(grantId) || (site.state.slots.get(grantId)?.length ?? 0) > 0) continue;
    const before = site.state.slots.get(beforeId) ?? [];
    const events = before
      .slice(-grant.terms.devices)
      .map(({ device, mac }) => ({ kind: "device-bound", grantId, device, mac, replaces: null }) as const);
    if (events.length > 0) written.push(site.recorder.record(events, { about: aboutGrant(grantId) }));
  }
  await Promise.all(written);
}
