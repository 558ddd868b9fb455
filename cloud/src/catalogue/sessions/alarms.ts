/** The alarm of devices that are online at two sites. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";

/** The hub looks each ten minutes. */
const seenMs = 25 * 60_000;

export const sessionAlarms: AlarmSources<"device-twice"> = {
  "device-twice": {
    at: "site",
    rows: ({
      providerId,
      nowMs,
    }) => sql`select 'device-twice.' || t.site_id || '.' || t.session_key || '.' || t.other_session_key, t.site_id, null,
        jsonb_build_object('mac', t.mac, 'other', other.name), t.since_ms
      from devices_twice t
      join sites other on other.provider_id = t.provider_id and other.site_id = t.other_site_id and other.deleted_at_ms is null
      where t.provider_id = ${providerId} and t.seen_at_ms > ${nowMs - seenMs}::bigint`,
  },
};
