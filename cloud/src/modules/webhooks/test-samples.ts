import { sql } from "kysely";
import type { ModuleSamples } from "../test-samples.ts";

const columns = "provider_id, webhook_id, name, url_sealed, host, secret_sealed, active, created_at_ms, updated_at_ms";

export const samples = {
  doors: ["POST /api/v1/webhooks", "PATCH /api/v1/webhooks/{webhookId}"],
  otherDoors: {
    "DELETE /api/v1/webhooks/{webhookId}": "takes away",
    "POST /api/v1/webhooks/{webhookId}/test": "to an address that was let in",
  },
  alarms: {
    "webhook-switched-off": ({ providerId, nowMs }) =>
      sql`insert into webhooks (${sql.raw(columns)}, switched_off_at_ms)
        values (${providerId}, 'dead', 'Our pager', '', 'pager.example.com', '', false, 1, 1, ${nowMs}::bigint)`,
  },
  one: {
    ids: ({ label }) => ({ webhookId: `webhook-of-${label}` }),
    rows: ({ providerId, label }) => [
      sql`insert into webhooks (${sql.raw(columns)})
        values (${providerId}, ${`webhook-of-${label}`}, ${`${label} webhook`}, '', 'hooks.example.com', '', true, 1, 1)`,
    ],
  },
  seven: ({ providerId, nowMs }) => [
    `insert into webhooks (${columns})
     select '${providerId}', 'webhook-' || n, 'Name ' || n / 2, '', 'hooks.example.com', '', true, n, n from generate_series(1, 7) n`,
    `insert into webhook_deliveries (provider_id, delivery_id, webhook_id, event, state, created_at_ms, changed_at_ms)
     select '${providerId}', 'delivery-' || n, 'webhook-' || n, 'test', 'delivered', ${nowMs} + n / 2, 1 from generate_series(1, 7) n`,
  ],
} satisfies ModuleSamples;
