/**
 * The order in which a device uses its grants (bought twice, or a voucher on top). It uses them one after the other, so that a
 * purchase before the end of the last grant loses nothing. Started grants come first, by their end; then the unstarted ones, in
 * the order in which the device got them. While a started one only rests, none is begun silently in its place.
 */
import type { Grant } from "@karibu/protocol/grant";
import { endingLater } from "../grants/changed-grant.ts";
import type { GuardedGrant } from "../grants/guards/code-guard.ts";
import type { Site } from "../grants/site.ts";
import { heldGrants } from "../state/held-grants.ts";
import { silentRefusal } from "./admit.ts";

interface Host {
  readonly device: string;
  readonly mac: string;
}

interface HeldGrant {
  readonly grant: GuardedGrant;
  /** As in the state's slots. */
  readonly boundOrder: number;
}

/** Compares two grants of a device: negative when `one` is used first. Pure. */
function compareUseOrder(one: HeldGrant, other: HeldGrant): number {
  const started = Number(other.grant.startedAtMs !== null) - Number(one.grant.startedAtMs !== null);
  if (started !== 0) return started;
  if (one.grant.startedAtMs === null) return one.boundOrder - other.boundOrder;
  const endOf = ({ endsAtMs }: Grant): number => endsAtMs ?? Number.MAX_SAFE_INTEGER;
  return endOf(one.grant) - endOf(other.grant) || one.boundOrder - other.boundOrder;
}

/** The grants of which this MAC holds a slot, in order of use, usable or not. */
function grantsInUseOrder({ state, catalogue }: Pick<Site, "state" | "catalogue">, mac: string): GuardedGrant[] {
  const held: HeldGrant[] = [];
  for (const grantId of heldGrants(state, mac)) {
    const grant = catalogue.grantOf(grantId);
    if (grant === null) continue;
    const mine = (state.slots.get(grantId) ?? []).filter((slot) => slot.mac === mac || slot.device === mac);
    held.push({ grant, boundOrder: Math.max(0, ...mine.map(({ boundOrder }) => boundOrder)) });
  }
  return held.sort(compareUseOrder).map(({ grant }) => grant);
}

/**
 * It has begun and something is left of it: its customer paused it to save it, or staff suspended it. Over all the same is over; but where its time
 * stands still, what was left then comes back.
 */
function rests(site: Site, host: Host, grant: GuardedGrant): boolean {
  if (grant.startedAtMs === null || (grant.paused !== true && grant.suspended === undefined)) return false;
  const { paused: _paused, suspended, ...goingOn } = grant;
  const nowMs = site.world.clock.wall().atMs;
  const stillMs = Math.max(0, nowMs - (suspended?.stillSinceMs ?? nowMs));
  return silentRefusal(site, { grant: endingLater(goingOn, stillMs), ...host }) === null;
}

/**
 * The first grant that admits this device silently; null: none. Whoever has one that rests may begin another by a tap: nobody's next package is
 * used up because the last one was paused.
 */
export function nextGrant(site: Site, host: Host, except: string | null = null): Grant | null {
  let isResting = false;
  for (const grant of grantsInUseOrder(site, host.mac)) {
    if (grant.startedAtMs === null && isResting) return null;
    if (rests(site, host, grant)) isResting = true;
    else if (grant.grantId !== except && silentRefusal(site, { grant, ...host }) === null) return grant;
  }
  return null;
}

/** Of a device's grants, none of which admits it silently, the one whose refusal says most: that rests, or the last one. */
export function refusedGrant(site: Site, host: Host): Grant | null {
  const grants = grantsInUseOrder(site, host.mac);
  return grants.find((grant) => rests(site, host, grant)) ?? grants.at(-1) ?? null;
}
