import { sql } from "kysely";
import type { ModuleSamples } from "../test-samples.ts";

export const samples = {
  noSecrets: {
    "/api/v1/operator-tunnels/{tunnelId}: hubPublicKey": "public keys",
    "/api/v1/operator-tunnels: hubPublicKey": "public keys",
  },
  one: {
    ids: ({ label }) => ({ tunnelId: `tunnel-of-${label}` }),
    rows: ({ providerId, siteId, label }) => [
      sql`insert into operator_tunnels (provider_id, tunnel_id, user_id, login_id, password_mark, name, address, public_key, made_at_ms, expires_at_ms)
        values (${providerId}, ${`tunnel-of-${label}`}, 'me', 'mine', '', ${label}, ${`address of ${providerId}`}, ${`key of ${providerId}`}, 1, 8000000000000)`,
      sql`insert into operator_tunnel_sites (provider_id, tunnel_id, site_id) values (${providerId}, ${`tunnel-of-${label}`}, ${siteId})`,
    ],
  },
  seven: ({ providerId, siteId }) => [
    `insert into operator_tunnels (provider_id, tunnel_id, user_id, login_id, password_mark, name, address, public_key, made_at_ms, expires_at_ms)
     select '${providerId}', 'tunnel-' || n, 'me', 'mine', '', 'Name ' || n / 2, 'address ' || n, 'key ' || n, n, 8000000000000 + n / 2
     from generate_series(1, 7) n`,
    `insert into operator_tunnel_sites (provider_id, tunnel_id, site_id) select '${providerId}', 'tunnel-' || n, '${siteId}'
     from generate_series(1, 7) n`,
  ],
} satisfies ModuleSamples;
