import { sql } from "kysely";
import type { ModuleSamples } from "../test-samples.ts";

export const samples = {
  doors: ["POST /api/v1/outages"],
  waiting: {
    "outages-to-decide": ({ providerId, siteId, nowMs }) =>
      sql`insert into outages (provider_id, outage_id, site_id, kind, state, since_ms, made_at_ms, changed_at_ms)
        values (${providerId}, 'o1', ${siteId}, 'outage', 'found', ${nowMs}::bigint, 1, 1)`,
  },
  one: {
    ids: ({ label }) => ({ outageId: `outage-of-${label}` }),
    rows: ({ providerId, siteId, label }) => [
      sql`insert into outages (provider_id, outage_id, site_id, kind, state, since_ms, until_ms, made_at_ms, changed_at_ms)
        values (${providerId}, ${`outage-of-${label}`}, ${siteId}, 'maintenance', 'told', 8000000000000, 8000000000001, 1, 8000000000001)`,
    ],
  },
  seven: ({ providerId, siteId }) => [
    `insert into outages (provider_id, outage_id, site_id, kind, state, since_ms, until_ms, made_at_ms, changed_at_ms)
     select '${providerId}', 'outage-' || n, '${siteId}', 'maintenance', 'told', 8000000000000 + n / 2, 8000000000001 + n, 1, 8000000000001 + n
     from generate_series(1, 7) n`,
  ],
} satisfies ModuleSamples;
