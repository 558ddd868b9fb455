import { sql } from "kysely";
import type { ModuleSamples } from "../test-samples.ts";

export const samples = {
  otherDoors: {
    "POST /api/v1/venues/{venueId}/pay-outs": "wants a fresh code; a person pays by hand, and it is booked",
  },
  movesNone: { "/api/v1/venues": "who gets a share" },
  one: {
    ids: ({ label }) => ({ venueId: `venue-of-${label}` }),
    rows: ({ providerId, label }) => [
      sql`insert into venues (provider_id, venue_id, name, name_key, active, created_at_ms, updated_at_ms)
        values (${providerId}, ${`venue-of-${label}`}, ${`${label} venue`}, ${label}, true, 1, 1)`,
    ],
  },
  seven: ({ providerId }) => [
    `insert into venues (provider_id, venue_id, name, name_key, active, created_at_ms, updated_at_ms)
     select '${providerId}', 'venue-' || n, 'Same ' || n / 2, 'same ' || n, true, n / 2, n / 2 from generate_series(1, 7) n`,
  ],
} satisfies ModuleSamples;
