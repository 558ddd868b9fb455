/** One site, as the rooms above share it. */
import type { World } from "@karibu/protocol/world";
import type { LiveUsage, Usage } from "../state/live-usage.ts";
import type { Recorder } from "../state/recorder.ts";
import type { SiteState } from "../state/site-state.ts";
import type { Catalogue } from "./catalogue.ts";
import { isUnremembered } from "./memory-policy.ts";

export interface Site {
  readonly world: World;
  readonly state: SiteState;
  readonly catalogue: Catalogue;
  readonly usage: LiveUsage;
  readonly recorder: Recorder;
}

/** The subject of a grant's records, for `Recorder`. */
export const aboutGrant = (grantId: string): string => `grant ${grantId}`;
/** The subject of a session's records: the key itself. It is hex, so it is no grant's subject, and its hash is cached. */
export const aboutSession = (sessionKey: string): string => sessionKey;

/**
 * What the grant has used. Use time includes the seconds since the last report, as the sweeper counts: a device that is ended at
 * its limit must not get those seconds again.
 */
export function usageOf(
  site: Pick<Site, "usage" | "catalogue" | "state">,
  { grantId, terms }: { readonly grantId: string; readonly terms: { readonly useSeconds: number | null } },
): Usage {
  const { usage, catalogue } = site;
  const used = terms.useSeconds === null ? usage.reported(grantId) : usage.now(grantId, catalogue.interimSeconds);
  return isHeld(site, grantId) ? { ...used, isUnknown: true } : used;
}

/** The site lost its memory and must first be told whether the grant was used, unless the provider lets it go on. */
export function isHeld({ state, catalogue }: Pick<Site, "state" | "catalogue">, grantId: string): boolean {
  return state.memory.lost !== null && !catalogue.sellsUnremembered && isUnremembered(state, grantId);
}
