/** Channels that fail. */
import { sql } from "kysely";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";

export const channelsWaiting = {
  "channels-failing": {
    permission: "channels.read",
    rows: ({ providerId }) =>
      sql`from channels where provider_id = ${providerId} and active and (keys_problem is not null
        or initiator_code is not null or exists (select from channel_troubles t where t.provider_id = channels.provider_id
          and t.channel_id = channels.channel_id))`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;
