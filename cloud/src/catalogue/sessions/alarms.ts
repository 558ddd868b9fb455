/** The alarm of devices that are online at two sites. */
import { sql } from "kysely";
import { siteIsThere } from "../../fleet/sites/site-is-there.ts";
import { siteNameOf } from "../../fleet/sites/site-names.ts";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";

/** The hub looks each ten minutes. */
const seenMs = 25 * 60_000;

export const sessionAlarms: AlarmSources<"device-twice"> = {
  "device-twice": {
    at: "site",
    rows: ({ providerId, nowMs }) => ({
      id: sql`t.site_id || '.' || t.session_key || '.' || t.other_session_key`,
      about: sql`t.site_id`,
      fields: { mac: sql`t.mac`, other: siteNameOf("t", sql.ref("t.otherSiteId")) },
      sinceMs: sql`t.since_ms`,
      from: sql`from devices_twice t
        where t.provider_id = ${providerId} and t.seen_at_ms > ${nowMs - seenMs}::bigint and ${siteIsThere("t", "otherSiteId")}`,
    }),
  },
};
