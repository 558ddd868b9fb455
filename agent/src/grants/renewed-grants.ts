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

export interface RenewedGrants {
  /** Never rejects. */
  bind(renewed: readonly GrantBody[]): Promise<void>;
  /** Binds what failed before, and brings over how the places of the packages before have changed. Never rejects. */
  follow(): Promise<void>;
}

export function createRenewedGrants(site: Site, feed: Pick<FeedStore, "rows">): RenewedGrants {
  let isOwed = false;
  /** By renewed grant that nobody has used yet: the places of the one before, when they were last brought over. */
  const followed = new Map<string, readonly Place[]>();

  async function bind(renewed: readonly GrantBody[]): Promise<void> {
    try {
      await bindRenewedGrants(site, renewed, followed);
    } catch (error) {
      isOwed = true;
      site.world.log.warn("renewed-not-bound", { error: String(error) });
    }
  }

  return {
    bind,
    async follow() {
      if (!isOwed && followed.size === 0) return;
      const rows = feed.rows("grant");
      for (const grantId of followed.keys()) if (!rows.has(grantId)) followed.delete(grantId);
      const known = [...followed.keys()].flatMap((grantId) => rows.get(grantId) ?? []);
      const bodies = isOwed ? [...rows.values()] : known;
      isOwed = false;
      await bind(bodies);
    },
  };
}

/**
 * Binds what the feed has brought. Safe to repeat: a grant that was used stays as it is, and so does one whose slots are taken, but for what has
 * changed since `followed` was noted. Rejects when the disk refuses, after each was tried: what the journal had no room for is not bound.
 */
export async function bindRenewedGrants(
  { state, recorder }: Site,
  renewed: readonly GrantBody[],
  followed: Map<string, readonly Place[]> = new Map(),
): Promise<void> {
  const written: Promise<void>[] = [];
  for (const body of renewed) {
    const { grantId, terms } = body.grant;
    const beforeId = beforeOf(state, body);
    if (beforeId === null) {
      followed.delete(grantId);
      continue;
    }
    const before = state.slots.get(beforeId) ?? [];
    const last = followed.get(grantId);
    const changes = changesOf({ before, last, own: state.slots.get(grantId) ?? [], places: terms.devices });
    // Noted first: what is recorded is heard of at once, and asked for again.
    followed.set(grantId, before);
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
 * At the first look all devices of the package before, where none has a place yet. After that those that came there; where the renewed one is full,
 * they take the places of those that left. Whoever got, gave or lost a place of the renewed one by hand is left alone. Pure.
 */
function changesOf(known: {
  readonly before: readonly Place[];
  readonly last: readonly Place[] | undefined;
  readonly own: readonly Place[];
  readonly places: number;
}): Change[] {
  const { before, last, own, places } = known;
  const bound = ({ device, mac }: Place, replaces: string | null): Change => ({
    kind: "device-bound",
    device,
    mac,
    replaces,
  });
  if (last === undefined) return own.length > 0 ? [] : before.slice(-places).map((place) => bound(place, null));
  const isOwn = (device: string): boolean => own.some((slot) => slot.device === device);
  const left = last.map(({ device }) => device).filter((device) => isOwn(device) && !has(before, device));
  let free = places - own.length;
  const changes: Change[] = [];
  for (const place of before) {
    const { device, mac } = place;
    if (last.some((slot) => slot.device === device && slot.mac === mac)) continue;
    if (isOwn(device)) changes.push(bound(place, null));
    else if (has(last, device)) continue;
    else if (free-- > 0) changes.push(bound(place, null));
    else if (left.length > 0) changes.push(bound(place, left.shift() ?? null));
  }
  return [...changes, ...left.map((device) => ({ kind: "device-unbound", device }) as const)];
}

const has = (places: readonly Place[], device: string): boolean => places.some((place) => place.device === device);
