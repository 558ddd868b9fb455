/** The alarm of refunds that came back. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";

export const refundAlarms: AlarmSources<"refund-returned"> = {
  "refund-returned": {
    at: "channel",
    rows: ({
      providerId,
    }) => sql`select 'refund.' || refund_id, null, channel_id, jsonb_build_object('cents', amount_cents), changed_at_ms
      from refunds where provider_id = ${providerId} and state = 'returned' and resolution is null`,
  },
};
