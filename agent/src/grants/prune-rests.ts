/**
 * Lets go of what ended grants leave behind: spent log-in tokens, usage, device slots, shared terms, a seller's old sales, and of what
 * `spent` says of purchases that the hub has deleted. `docs/performance.md` has a table of everything that a site keeps, and its bound.
 */
import { kindOfGrant, trialPrefix } from "@karibu/protocol/grant-id";
import type { Terms } from "@karibu/protocol/plan";
import type { Wall } from "@karibu/protocol/world";
import { dropOldSales } from "../state/cash-sale-fold.ts";
import { forgetGrant } from "../state/grant-fold.ts";
import { heldGrants } from "../state/held-grants.ts";
import type { SiteState } from "../state/site-state.ts";
import { spentReasonOf } from "../state/spent-grants.ts";
import type { Catalogue } from "./catalogue.ts";

/** What the site knows beside its state. */
export interface PruneFacts {
  /** The hub still has the grant and may prolong it. */
  readonly isFed: (grantId: string) => boolean;
  readonly catalogue: Pick<Catalogue, "grantOf" | "isPastPeriod">;
  /** All that the hub sends is here, or there is no hub: what is absent is gone. */
  readonly isComplete: boolean;
}

const dayMs = 86_400_000;
/** Longer than a router's MAC cookie lives, which repeats a token (30 days, in our scripts). */
const tokensKeptMs = 31 * dayMs;
/** Longer than the age of a back-up that somebody restores at the hub: it has rows again that were deleted since. */
const spentKeptMs = 60 * dayMs;
/** A trial is had once: by their cookies and their MACs, so many of the newest are kept for ever. */
const trialsKept = 10_000;
/** Longer than the day for which moves to other devices are counted. */
const movesKeptMs = 2 * dayMs;
/** A device keeps one cookie at each router of the site. */
const newestTokensKept = 4;
/** With one grant that lasts: a device walks past so many routers at most. */
const tokensOfGrantKept = 16;
/** Devices of a grant that have lost their place, and still come back to a free one by what their router repeats. */
const devicesBesidePlaces = 4;
/** Bindings of about two months at a busy site: slots have no time, but a number. */
const bindingsKept = 20_000;

export function pruneRests(state: SiteState, known: PruneFacts, wall: Wall): void {
  const isKnown = (grantId: string): boolean =>
    state.grants.has(grantId) || state.open.byGrant.has(grantId) || known.catalogue.grantOf(grantId) !== null;
  pruneTerms(state);
  pruneRepeatedTokens(state, (grantId) => known.catalogue.grantOf(grantId)?.terms.devices ?? 1);
  for (const grantId of state.releasedRows.keys())
    if (spentReasonOf(state.spent, grantId) !== "elsewhere") state.releasedRows.delete(grantId);
  if (!known.isComplete) return;
  for (const grantId of state.usage.keys()) if (!isKnown(grantId)) state.usage.delete(grantId);
  pruneSlots(state, isKnown);
  for (const grantId of state.guards.keys()) if (!isKnown(grantId)) state.guards.delete(grantId);
  if (wall.quality !== "synced") return;
  dropOldSales(state, wall.atMs);
  for (const [grantId, times] of state.moves)
    if ((times.at(-1) ?? 0) <= wall.atMs - movesKeptMs) state.moves.delete(grantId);
  pruneTokens(state, isKnown, wall.atMs - tokensKeptMs);
  pruneSpent(state, known.isFed, wall.atMs - spentKeptMs);
}

/** Terms of which no grant and no sale holds the copy. A sale may have an end of its own, and then its terms are no one else's. */
function pruneTerms(state: SiteState): void {
  const held = new Set<Terms>();
  for (const { grant } of state.grants.values()) held.add(grant.terms);
  for (const { grant } of state.sales.values()) held.add(grant.terms);
  for (const [json, terms] of state.terms) if (!held.has(terms)) state.terms.delete(json);
}

/** Slots of grants that nobody began, and that nobody can begin any more. A batch that is gone may come back. */
function pruneSlots(state: SiteState, isKnown: (grantId: string) => boolean): void {
  for (const [grantId, slots] of state.slots) {
    if (isKnown(grantId)) continue;
    const isOld = (slots.at(-1)?.boundOrder ?? 0) <= state.bindings - bindingsKept;
    if (kindOfGrant(grantId) !== "voucher" || isOld) forgetGrant(state, grantId);
  }
}

/**
 * A device that logs in for months with the same grant; and whoever comes with another MAC each time, so that each log-in is of a new device: of those
 * without a place so many stay as the grant has room for. The newest tokens come last.
 */
function pruneRepeatedTokens({ tokens, slots }: SiteState, placesOf: (grantId: string) => number): void {
  const newer = new Map<string, number>();
  const ofStrangers = new Map<string, { count: number; readonly most: number }>();
  const hasPlace = (grantId: string, mac: string | null) =>
    slots.get(grantId)?.some((slot) => slot.mac === mac) === true;
  for (const [hash, { grantId, mac }] of [...tokens].reverse()) {
    const holder = `${grantId} ${mac}`;
    const rank = newer.get(holder) ?? 0;
    newer.set(holder, rank + 1);
    if (rank >= tokensOfGrantKept) tokens.delete(hash);
    else if (!hasPlace(grantId, mac)) {
      const strangers = ofStrangers.get(grantId) ?? {
        count: 0,
        most: tokensOfGrantKept * (placesOf(grantId) + devicesBesidePlaces),
      };
      ofStrangers.set(grantId, strangers);
      strangers.count += 1;
      if (strangers.count > strangers.most) tokens.delete(hash);
    }
  }
}

/**
 * A router repeats a device's last log-in, and the device's next grant starts by it, although the token's own grant is over: so the
 * newest tokens of a device that still holds a grant stay. Other tokens go with their grants.
 */
function pruneTokens(state: SiteState, isKnown: (grantId: string) => boolean, beforeMs: number): void {
  const old = [...state.tokens].filter(
    ([, { grantId, atMs }]) => atMs <= beforeMs && !state.grants.has(grantId) && !isKnown(grantId),
  );
  const holders = new Set<string>();
  for (const [hash, { mac }] of old) {
    if (mac === null || heldGrants(state, mac).length === 0) state.tokens.delete(hash);
    else holders.add(mac);
  }
  if (holders.size === 0) return;
  const newer = new Map<string, number>();
  const oldHashes = new Set(old.map(([hash]) => hash));
  for (const [hash, { mac }] of [...state.tokens].reverse()) {
    if (mac === null || !holders.has(mac)) continue;
    const rank = newer.get(mac) ?? 0;
    newer.set(mac, rank + 1);
    if (rank >= newestTokensKept && oldHashes.has(hash)) state.tokens.delete(hash);
  }
}

/**
 * What the hub has deleted can't be opened by anything: not by its code, its phone, a renewal, or a receipt. A past period of an account
 * does not come back either. A bridge's whole may be offered for as long as it lasts, and a line of the site file for as long as
 * it stands there: those ends are kept, as a voucher's are.
 */
function pruneSpent({ spent: { others } }: SiteState, isFed: (grantId: string) => boolean, beforeMs: number): void {
  const trials: string[] = [];
  for (const [grantId, { atMs }] of others) {
    const kind = kindOfGrant(grantId);
    if (grantId.startsWith(trialPrefix)) trials.push(grantId);
    else if (kind !== "voucher" && kind !== "bridge" && atMs <= beforeMs && !isFed(grantId)) others.delete(grantId);
  }
  for (const grantId of trials.slice(0, -trialsKept)) others.delete(grantId);
}
