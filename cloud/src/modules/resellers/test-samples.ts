import { sql } from "kysely";
import type { ModuleSamples } from "../test-samples.ts";

export const samples = {
  otherDoors: {
    "POST /api/v1/resellers/{resellerId}/pay-out": "wants a fresh code; a person pays by hand, and it is booked",
  },
  movesNone: {
    "/api/v1/resellers": "who may sell",
    "/api/v1/resellers/{resellerId}/return": "what came back is not there a second time",
    "/api/v1/resellers/{resellerId}/declare-sold": "each voucher is sold once, whoever says so how often",
    "/api/v1/resellers/{resellerId}/count": "the same",
  },
  one: {
    ids: ({ label }) => ({ resellerId: `reseller-of-${label}` }),
    rows: ({ providerId, label }) => [
      sql`insert into resellers (provider_id, reseller_id, name, name_key, commission_permille, active, created_at_ms, updated_at_ms)
        values (${providerId}, ${`reseller-of-${label}`}, ${`${label} reseller`}, ${label}, 100, true, 1, 1)`,
    ],
  },
  seven: ({ providerId }) => [
    `insert into resellers (provider_id, reseller_id, name, name_key, commission_permille, active, created_at_ms, updated_at_ms)
     select '${providerId}', 'reseller-' || n, 'Same ' || n / 2, 'same ' || n, 100, true, n / 2, n / 2 from generate_series(1, 7) n`,
  ],
} satisfies ModuleSamples;
