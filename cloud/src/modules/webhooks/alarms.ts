/** The alarm of webhooks that were switched off, because their address took nothing. */
import { sql } from "kysely";
import type { AlarmSource } from "../../ground/lists/lasting-alarm.ts";

export const webhookAlarms: Readonly<Record<"webhook-switched-off", AlarmSource>> = {
  "webhook-switched-off": {
    at: "provider",
    rows: ({
      providerId,
    }) => sql`select 'webhook.' || webhook_id, null, null, jsonb_build_object('name', name), switched_off_at_ms
      from webhooks where provider_id = ${providerId} and switched_off_at_ms is not null`,
  },
};
