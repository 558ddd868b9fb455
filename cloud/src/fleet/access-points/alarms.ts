/** The alarm of access points that do not answer. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";
import { isLinked } from "../link/site-links.ts";

export const accessPointAlarms: AlarmSources<"access-point-down"> = {
  "access-point-down": {
    at: "site",
    // While the site is silent nobody knows, and its own alarm says so.
    rows: ({ providerId }) => sql`select 'access-point.' || p.site_id || '.' || p.address, p.site_id, null,
        jsonb_build_object('name', p.name, 'address', p.address), coalesce(p.since_ms, p.made_at_ms)
      from site_access_points p
      where p.provider_id = ${providerId} and p.state = 'down' and ${isLinked("p")}`,
  },
};
