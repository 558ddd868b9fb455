/** The alarm of devices that wait to be readmitted. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";

export const enrolmentAlarms: AlarmSources<"device-waits"> = {
  "device-waits": {
    at: "site",
    rows: ({ providerId }) => ({
      id: sql`site_id`,
      about: sql`site_id`,
      sinceMs: sql`min(asked_at_ms)`,
      from: sql`from readmissions where provider_id = ${providerId} group by site_id`,
    }),
  },
};
