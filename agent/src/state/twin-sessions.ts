/** One MAC with open sessions at two places. */

import type { LiveUsage } from "./live-usage.ts";
import { keptBy } from "./router-address.ts";
import { secondPlaceOf } from "./second-place.ts";
import { openSessions, type SiteState } from "./site-state.ts";

/**
 * MACs that are online at two servers, or with two addresses, of the site's routers: a copied device, or a phone that went on without its token. Not
 * yet of a session of which the next reports will tell whether its phone left.
 */
export function twinsOf(state: SiteState, usage: Pick<LiveUsage, "quiet">): readonly string[] {
  const places = new Map<string, string>();
  const twins = new Set<string>();
  for (const session of openSessions(state)) {
    const { mac, address } = session;
    if (mac === null || session.redials === true) continue;
    if (secondPlaceOf(state, session, usage.quiet(session))?.stay === "unknown") continue;
    const place = `${keptBy(session)} ${address ?? ""}`;
    if ((places.get(mac) ?? place) !== place) twins.add(mac);
    places.set(mac, place);
  }
  return [...twins];
}
