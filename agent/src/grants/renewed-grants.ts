/**
 * A renewed package, or one that was bought in a payment window: the devices that hold a slot of the old grant get a slot of the new one, so that nobody must tap. A device
 * uses its grants one after the other, so the new one begins when the old one is over. Until then its slots follow the old one's: who buys a
 * new phone between the renewal and the end is known on it, and who is taken off the old one, or gives it away, is off the new one too.
 */
import type { GrantBody } from "@karibu/protocol/feed";
import { freeGrantId } from "@karibu/protocol/grant-id";
import type { BoundSlot, SiteState } from "../state/site-state.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import type { FeedStore } from "../store/feed-store.ts";
import { aboutGrant, type Site } from "./site.ts";

/** A device at a slot. */
type Place = Pick<BoundSlot, "device" | "mac">;

/** A renewed grant that nobody has used yet: the one before, and its places when they were last brought over. */
interface Followed {
  readonly beforeId: string;
  readonly places: readonly Place[];
}

export interface RenewedGrants {
  /** Never rejects. */
  bind(renewed: readonly GrantBody[]): Promise<void>;
  /** Brings over at once how the places of these grants have changed. May be called while something is recorded. Never rejects. */
  placesChanged(grantIds: readonly string[]): Promise<void>;
  /** Binds what failed before, and brings over what has changed: call it each minute. Never rejects. */
  follow(): Promise<void>;
}

export function createRenewedGrants(site: Site, feed: Pick<FeedStore, "rows">): RenewedGrants {
  let isOwed = false;
  let isBinding = false;
  const followed = new Map<string, Followed>();
  /** Grants whose places have changed while others were brought over. */
  const changed = new Set<string>();

  const bodiesOf = (grantIds: readonly string[]): GrantBody[] =>
    grantIds.flatMap((grantId) => feed.rows("grant").get(grantId) ?? []);

  /** What is recorded here is heard of here again: one after the other, because a site may have thousands. */
  function bindAll(first: readonly GrantBody[]): Promise<void>[] {
    const written: Promise<void>[] = [];
    isBinding = true;
    for (let bodies = first; bodies.length > 0 || changed.size > 0; ) {
      written.push(bindRenewedGrants(site, bodies, followed));
      const followers = [...followed].filter(([, { beforeId }]) => changed.has(beforeId)).map(([grantId]) => grantId);
      changed.clear();
      bodies = bodiesOf(followers);
    }
    isBinding = false;
    return written;
  }

  async function bind(bodies: readonly GrantBody[]): Promise<void> {
    for (const result of await Promise.allSettled(bindAll(bodies))) {
      if (result.status === "fulfilled") continue;
      isOwed = true;
      site.world.log.warn("renewed-not-bound", { error: String(result.reason) });
    }
  }

  return {
    bind,
    async placesChanged(grantIds) {
      for (const grantId of grantIds) changed.add(grantId);
      if (!isBinding) await bind([]);
    },
    async follow() {
      if (!isOwed && followed.size === 0) return;
      const rows = feed.rows("grant");
      for (const grantId of followed.keys()) if (!rows.has(grantId)) followed.delete(grantId);
      const bodies = isOwed ? [...rows.values()] : bodiesOf([...followed.keys()]);
      isOwed = false;
      await bind(bodies);
    },
  };
}

/**
 * Binds what the feed has brought. Safe to repeat: a grant that was used stays as it is, and so does one that has, or had, places, but for what has
 * changed since `followed` was noted. Rejects when the disk refuses, after each was tried: what the journal had no room for is not bound.
 */
export async function bindRenewedGrants(
  { state, recorder }: Site,
  renewed: readonly GrantBody[],
  followed: Map<string, Followed> = new Map(),
): Promise<void> {
  const written: Promise<void>[] = [];
  for (const body of renewed) {
    const { grantId, terms } = body.grant;
    const beforeId = beforeOf(state, body);
    if (beforeId === null) {
      followed.delete(grantId);
      continue;
    }
    const last = followed.get(grantId);
    // Places of a grant that was let go, or went to another site, are not known here any more: nobody took them off.
    const before = state.slots.get(beforeId) ?? last?.places ?? [];
    const changes = changesOf({ before, last: last?.places, own: state.slots.get(grantId), places: terms.devices });
    // Noted first: what is recorded is heard of at once, and asked for again.
    followed.set(grantId, { beforeId, places: before });
    if (changes.length === 0) continue;
    const events = changes.map((change) => ({ ...change, grantId }));
    const record = recorder.record(events, { about: aboutGrant(grantId) }).catch((error: unknown) => {
      if (last === undefined) followed.delete(grantId);
      else followed.set(grantId, last);
      throw error;
    });
    written.push(record);
  }
  await Promise.all(written);
}

/** The grant that this one follows. Null: it follows none, or it is in use, over or taken back. */
function beforeOf(state: SiteState, { grant, renewsGrantId, purchaseId }: GrantBody): string | null {
  const { grantId, revokedAtMs } = grant;
  const window = purchaseId === null ? undefined : freeGrantId({ what: "window", purchaseId });
  const beforeId = renewsGrantId ?? (window !== undefined && state.free.has(window) ? window : undefined);
  if (beforeId === undefined || revokedAtMs !== null) return null;
  return state.grants.has(grantId) || spentReasonOf(state.spent, grantId) !== null ? null : beforeId;
}

type Change =
  | {
      readonly kind: "device-bound";
      readonly device: string;
      readonly mac: string | null;
      readonly replaces: string | null;
    }
  | { readonly kind: "device-unbound"; readonly device: string };

/**
 * At the first look all devices of the package before, where the renewed one never had a place. After that those that came there; where it is full,
 * they take the places of those that left. Whoever got, gave or lost a place of it by hand is left alone. Pure.
 */
function changesOf(known: {
  readonly before: readonly Place[];
  readonly last: readonly Place[] | undefined;
  /** Absent: it never had any. */
  readonly own: readonly Place[] | undefined;
  readonly places: number;
}): Change[] {
  const { before, last, own = [], places } = known;
  const newest = before.slice(-places);
  if (last === undefined) return known.own === undefined ? newest.map((place) => bound(place, null)) : [];
  const left = last.map(({ device }) => device).filter((device) => has(own, device) && !has(before, device));
  const came = before.filter(({ device, mac }) => !last.some((slot) => slot.device === device && slot.mac === mac));
  // All that it had are gone: it is nobody's no more than the one before is.
  const isLeft = left.length > 0 && left.length === own.length;
  const coming = isLeft ? newest : came.filter(({ device }) => has(own, device) || !has(last, device));
  let free = places - own.length;
  const changes: Change[] = [];
  for (const place of coming) {
    if (has(own, place.device) || free-- > 0) changes.push(bound(place, null));
    else if (left.length > 0) changes.push(bound(place, left.shift() ?? null));
  }
  return [...changes, ...left.map((device) => ({ kind: "device-unbound", device }) as const)];
}

const bound = ({ device, mac }: Place, replaces: string | null): Change => ({
  kind: "device-bound",
  device,
  mac,
  replaces,
});

const has = (places: readonly Place[], device: string): boolean => places.some((place) => place.device === device);
