import { sql } from "kysely";
import type { ModuleSamples } from "../test-samples.ts";

export const samples = {
  otherDoors: {
    "POST /api/v1/domains": "wants a fresh code; works once its owner has proved it in the DNS",
    "POST /api/v1/domains/{domainId}/check": "looks",
    "DELETE /api/v1/domains/{domainId}": "wants a fresh code; takes away",
  },
  one: {
    ids: ({ label }) => ({ domainId: `domain-of-${label}` }),
    rows: ({ providerId, label }) => [
      sql`insert into provider_domains (provider_id, domain_id, host, token, state, created_at_ms)
        values (${providerId}, ${`domain-of-${label}`}, ${`wifi.${label.toLowerCase()}.example`}, 'token', 'waiting', 1)`,
    ],
  },
} satisfies ModuleSamples;
