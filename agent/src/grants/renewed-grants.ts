/**
 * A renewed package, or one that was bought in a payment window: the devices that hold a slot of the old grant get a slot of the new one, so that nobody must tap. A device
 * uses its grants one after the other, so the new one begins when the old one is over. Until then its slots follow the old one's: who buys a
 * new phone between the renewal and the end is known on it.
 */
import type { GrantBody } from "@karibu/protocol/feed";
import { freeGrantId } from "@karibu/protocol/grant-id";
import type { BoundSlot } from "../state/site-state.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { aboutGrant, type Site } from "./site.ts";

export interface RenewedGrants {
  /** Never rejects. */
  bind(renewed: readonly GrantBody[]): Promise<void>;
  /** Binds what failed before, and the devices that the packages before have taken in since: call it each minute. Never rejects. */
  follow(): Promise<void>;
}

export function createRenewedGrants(site: Site, feed: Pick<FeedStore, "rows">): RenewedGrants {
  let isOwed = false;
  /** The renewed ones that nobody has used yet. */
  const unused = new Map<string, GrantBody>();

  async function bind(renewed: readonly GrantBody[]): Promise<void> {
    for (const body of renewed) if (beforeOf(site, body) !== null) unused.set(body.grant.grantId, body);
    try {
      await bindRenewedGrants(site, renewed);
    } catch (error) {
      isOwed = true;
      site.world.log.warn("renewed-not-bound", { error: String(error) });
    }
  }

  return {
    bind,
    async follow() {
      for (const [grantId, body] of unused) if (beforeOf(site, body) === null) unused.delete(grantId);
      if (!isOwed && unused.size === 0) return;
      const bodies = isOwed ? feed.rows("grant") : unused;
      isOwed = false;
      await bind([...bodies.values()]);
    },
  };
}

/**
 * Binds what the feed has brought. Safe to repeat: a grant that was used stays as it is. Rejects when the disk refuses, after each was tried:
 * what the journal had no room for is not bound.
 */
export async function bindRenewedGrants(site: Site, renewed: readonly GrantBody[]): Promise<void> {
  const written: Promise<void>[] = [];
  for (const body of renewed) {
    const { grantId, terms } = body.grant;
    const beforeId = beforeOf(site, body);
    if (beforeId === null) continue;
    const before = site.state.slots.get(beforeId) ?? [];
    const own = site.state.slots.get(grantId) ?? [];
    const events = newPlaces(before, own, terms.devices).map(
      (place) => ({ kind: "device-bound", grantId, ...place }) as const,
    );
    if (events.length > 0) written.push(site.recorder.record(events, { about: aboutGrant(grantId) }));
  }
  await Promise.all(written);
}

/** The grant that this one follows. Null: it follows none, or it is in use, over or taken back. */
function beforeOf({ state }: Site, { grant, renewsGrantId, purchaseId }: GrantBody): string | null {
  const { grantId, revokedAtMs } = grant;
  const window = purchaseId === null ? undefined : freeGrantId({ what: "window", purchaseId });
  const beforeId = renewsGrantId ?? (window !== undefined && state.free.has(window) ? window : undefined);
  if (beforeId === undefined || revokedAtMs !== null) return null;
  return state.grants.has(grantId) || spentReasonOf(state.spent, grantId) !== null ? null : beforeId;
}

/**
 * The devices that came to the package before since the renewed one's last place was taken: whom somebody took off the renewed one stays off. Where
 * it is full, they take the places of those who are no longer at the package before.
 */
function newPlaces(
  before: readonly BoundSlot[],
  own: readonly BoundSlot[],
  devices: number,
): { readonly device: string; readonly mac: string | null; readonly replaces: string | null }[] {
  const since = Math.max(0, ...own.map(({ boundOrder }) => boundOrder));
  const came = before.filter(
    ({ device, mac, boundOrder }) =>
      boundOrder > since && !own.some((slot) => slot.device === device && slot.mac === mac),
  );
  const left = own.filter(({ device }) => !before.some((slot) => slot.device === device));
  let free = devices - own.length;
  return came.slice(-devices).flatMap(({ device, mac }) => {
    if (own.some((slot) => slot.device === device)) return [{ device, mac, replaces: null }];
    if (free > 0) {
      free -= 1;
      return [{ device, mac, replaces: null }];
    }
    const replaced = left.shift();
    return replaced === undefined ? [] : [{ device, mac, replaces: replaced.device }];
  });
}
