/** The alarm of devices that wait to be readmitted. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";

export const enrolmentAlarms: AlarmSources<"device-waits"> = {
  "device-waits": {
    at: "site",
    rows: ({ providerId }) => sql`select 'waits.' || site_id, site_id, null, '{}'::jsonb, min(asked_at_ms)
      from readmissions where provider_id = ${providerId} group by site_id`,
  },
};
