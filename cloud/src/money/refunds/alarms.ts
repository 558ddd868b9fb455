/** The alarm of refunds that came back. */
import { sql } from "kysely";
import type { AlarmSources } from "../../ground/lists/lasting-alarm.ts";

export const refundAlarms: AlarmSources<"refund-returned"> = {
  "refund-returned": {
    at: "channel",
    rows: ({ providerId }) => ({
      id: sql`refund_id`,
      about: sql`channel_id`,
      fields: { cents: sql`amount_cents` },
      sinceMs: sql`changed_at_ms`,
      from: sql`from refunds where provider_id = ${providerId} and state = 'returned' and resolution is null`,
    }),
  },
};
