/** The alarm of channels by which nobody can pay. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";

export const channelHealthAlarms: AlarmSources<"channel-fails-customers"> = {
  "channel-fails-customers": {
    at: "channel",
    rows: ({ providerId }) => ({
      id: sql`t.channel_id`,
      about: sql`t.channel_id`,
      fields: { reason: sql`t.reason`, problem: sql`t.said` },
      sinceMs: sql`t.since_ms`,
      from: sql`from channel_troubles t
        join channels c on c.provider_id = t.provider_id and c.channel_id = t.channel_id and c.active
        where t.provider_id = ${providerId} and t.kind = 'fails-customers'`,
    }),
  },
};
