/** Alarms of channels whose keys or initiator are refused. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";

export const channelAlarms: AlarmSources<"channel-keys-refused" | "channel-initiator-refused"> = {
  "channel-keys-refused": {
    at: "channel",
    rows: ({ providerId }) => sql`select 'keys.' || channel_id, null, channel_id,
        jsonb_build_object('problem', keys_problem), coalesce(keys_checked_at_ms, updated_at_ms)
      from channels where provider_id = ${providerId} and active and keys_problem is not null`,
  },
  "channel-initiator-refused": {
    at: "channel",
    rows: ({ providerId }) => sql`select 'initiator.' || channel_id, null, channel_id,
        jsonb_build_object('problem', initiator_problem), coalesce(initiator_stopped_at_ms, updated_at_ms)
      from channels where provider_id = ${providerId} and active and initiator_code is not null`,
  },
};
