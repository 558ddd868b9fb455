/** One MAC with open sessions at two places. */

import { keptBy } from "./router-address.ts";
import { openSessions, type SiteState } from "./site-state.ts";

/** MACs that are online at two servers, or with two addresses, of the site's routers: a copied device, or a phone that went on without its token. */
export function twinsOf(state: SiteState): readonly string[] {
  const places = new Map<string, string>();
  const twins = new Set<string>();
  for (const session of openSessions(state)) {
    const { mac, address } = session;
    if (mac === null || session.redials === true) continue;
    const place = `${keptBy(session)} ${address ?? ""}`;
    if ((places.get(mac) ?? place) !== place) twins.add(mac);
    places.set(mac, place);
  }
  return [...twins];
}
