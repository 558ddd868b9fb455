/** Alarms that nobody takes care of. */
import { sql } from "kysely";
import type { WaitingWork } from "../../ground/lists/waiting-work.ts";
import { conditions } from "./open-alarms.ts";

const dayMs = 86_400_000;

export const alarmsWaiting = {
  alarms: {
    permission: "sites.read",
    // Channels have a kind of their own.
    rows: ({ providerId, nowMs, lasting }) => sql`from (
      select 1 from alarms where provider_id = ${providerId} and acknowledged_at_ms is null and at_ms > ${nowMs - 30 * dayMs}::bigint
      union all
      select 1 from ${conditions(lasting, providerId, { nowMs, withChannels: false })} lasting where acknowledged_at_ms is null) alarm`,
  },
} as const satisfies Readonly<Record<string, WaitingWork>>;
