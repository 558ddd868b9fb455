/** Alarms of channels whose keys or initiator are refused. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";

export const channelAlarms: AlarmSources<"channel-keys-refused" | "channel-initiator-refused"> = {
  "channel-keys-refused": {
    at: "channel",
    rows: ({ providerId }) => ({
      id: sql`channel_id`,
      about: sql`channel_id`,
      fields: { problem: sql`keys_problem` },
      sinceMs: sql`coalesce(keys_checked_at_ms, updated_at_ms)`,
      from: sql`from channels where provider_id = ${providerId} and active and keys_problem is not null`,
    }),
  },
  "channel-initiator-refused": {
    at: "channel",
    rows: ({ providerId }) => ({
      id: sql`channel_id`,
      about: sql`channel_id`,
      fields: { problem: sql`initiator_problem` },
      sinceMs: sql`coalesce(initiator_stopped_at_ms, updated_at_ms)`,
      from: sql`from channels where provider_id = ${providerId} and active and initiator_code is not null`,
    }),
  },
};
