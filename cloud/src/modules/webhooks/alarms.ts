/** The alarm of webhooks that were switched off, because their address took nothing. */
import { sql } from "kysely";
import type { AlarmSource } from "../../ground/lists/lasting-alarm.ts";

export const webhookAlarms: Readonly<Record<"webhook-switched-off", AlarmSource>> = {
  "webhook-switched-off": {
    at: "provider",
    rows: ({ providerId }) => ({
      id: sql`webhook_id`,
      fields: { name: sql`name` },
      sinceMs: sql`switched_off_at_ms`,
      from: sql`from webhooks where provider_id = ${providerId} and switched_off_at_ms is not null`,
    }),
  },
};
