import { sql } from "kysely";
import type { ModuleSamples } from "../test-samples.ts";

const totals =
  '{"codes":1,"running":0,"withSecondWord":0,"left":0,"accounts":0,"plansMade":0,"worthCents":0,"currency":"KES"}';
const customerTotals =
  '{"customers":1,"joined":0,"accounts":0,"plansMade":0,"newPasswords":0,"weakPasswords":0,"paid":0,"creditCents":0,"owesCents":0,"left":0,"currency":"KES"}';

export const samples = {
  one: {
    ids: ({ label }) => ({ takeoverId: `takeover-of-${label}`, customerTakeoverId: `customers-of-${label}` }),
    rows: ({ providerId, siteId, label }) => [
      sql`insert into takeovers (provider_id, takeover_id, site_id, source, state, totals, plan_ids, utc_offset_minutes, started_by, created_at_ms)
        values (${providerId}, ${`takeover-of-${label}`}, ${siteId}, 'mikhmon', 'applied', ${totals}, '[]', 180, ${label}, 1)`,
      sql`insert into customer_takeovers (provider_id, takeover_id, source, state, totals, done_by, done_at_ms)
        values (${providerId}, ${`customers-of-${label}`}, 'karibu', 'done', ${customerTotals}, ${label}, 1)`,
    ],
  },
  seven: ({ providerId, siteId }) => [
    `insert into takeovers (provider_id, takeover_id, site_id, source, state, totals, plan_ids, utc_offset_minutes, started_by, created_at_ms)
     select '${providerId}', 'takeover-' || n, '${siteId}', 'mikhmon', 'withdrawn', '${totals}', '[]', 180, 'me', 8000000000000 + n / 2
     from generate_series(1, 7) n`,
    `insert into customer_takeovers (provider_id, takeover_id, source, state, totals, done_by, done_at_ms)
     select '${providerId}', 'customers-' || n, 'karibu', 'done', '${customerTotals}', 'Name ' || n / 2, 8000000000000 + n / 2
     from generate_series(1, 7) n`,
  ],
} satisfies ModuleSamples;
