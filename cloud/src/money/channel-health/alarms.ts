/** The alarm of channels by which nobody can pay. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";

export const channelHealthAlarms: AlarmSources<"channel-fails-customers"> = {
  "channel-fails-customers": {
    at: "channel",
    rows: ({ providerId }) => sql`select 'customers.' || t.channel_id, null, t.channel_id,
        jsonb_build_object('reason', t.reason, 'problem', t.said), t.since_ms
      from channel_troubles t
      join channels c on c.provider_id = t.provider_id and c.channel_id = t.channel_id and c.active
      where t.provider_id = ${providerId} and t.kind = 'fails-customers'`,
  },
};
