/** The alarm of access points that do not answer. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";
import { isLinked } from "../link/site-links.ts";

export const accessPointAlarms: AlarmSources<"access-point-down"> = {
  "access-point-down": {
    at: "site",
    // While the site is silent nobody knows, and its own alarm says so.
    rows: ({ providerId }) => ({
      id: sql`p.site_id || '.' || p.address`,
      about: sql`p.site_id`,
      fields: { name: sql`p.name`, address: sql`p.address` },
      sinceMs: sql`coalesce(p.since_ms, p.made_at_ms)`,
      from: sql`from site_access_points p where p.provider_id = ${providerId} and p.state = 'down' and ${isLinked("p")}`,
    }),
  },
};
