/**
 * The order in which a device uses its grants (bought twice, or a voucher on top). It uses them one after the other, so that a
 * purchase before the end of the last grant loses nothing. Started grants come first, by their end; then the unstarted ones, in
 * the order in which the device got them.
 */
import type { Grant } from "@karibu/protocol/grant";
import type { Site } from "../grants/site.ts";
import { heldGrants } from "../state/held-grants.ts";
import { wouldAdmit } from "./admit.ts";

interface HeldGrant {
  readonly grant: Grant;
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
export function grantsInUseOrder({ state, catalogue }: Pick<Site, "state" | "catalogue">, mac: string): Grant[] {
  const held: HeldGrant[] = [];
  for (const grantId of heldGrants(state, mac)) {
    const grant = catalogue.grantOf(grantId);
    if (grant === null) continue;
    const mine = (state.slots.get(grantId) ?? []).filter((slot) => slot.mac === mac || slot.device === mac);
    held.push({ grant, boundOrder: Math.max(0, ...mine.map(({ boundOrder }) => boundOrder)) });
  }
  return held.sort(compareUseOrder).map(({ grant }) => grant);
}

/** The first grant that admits this device silently; null: none. */
export function nextGrant(
  site: Site,
  host: { readonly device: string; readonly mac: string },
  except: string | null = null,
): Grant | null {
  const grants = grantsInUseOrder(site, host.mac).filter(({ grantId }) => grantId !== except);
  return grants.find((grant) => wouldAdmit(site, { grant, ...host, wish: "re-enter" })) ?? null;
}
