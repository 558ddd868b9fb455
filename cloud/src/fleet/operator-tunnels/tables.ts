import type { Generated } from "kysely";

export interface OperatorTunnelTables {
  operator_tunnels: {
    provider_id: string;
    tunnel_id: string;
    user_id: string;
    login_id: string;
    password_mark: string;
    name: string;
    address: string;
    public_key: string;
    made_at_ms: number;
    expires_at_ms: number;
    ended_at_ms: Generated<number | null>;
    last_handshake_at_ms: Generated<number | null>;
    endpoint: Generated<string | null>;
  };
  operator_tunnel_sites: {
    provider_id: string;
    tunnel_id: string;
    site_id: string;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends OperatorTunnelTables {}
}
