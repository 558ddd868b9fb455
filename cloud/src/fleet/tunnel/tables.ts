import type { Generated } from "kysely";

export interface WireguardTables {
  wireguard_hub: {
    only_row: Generated<boolean>;
    public_key: string;
    private_sealed: Uint8Array;
    made_at_ms: number;
  };
  wireguard_peers: {
    provider_id: string;
    site_id: string;
    address: string;
    public_key: string | null;
    next_public_key: string | null;
    made_at_ms: number;
    rotated_at_ms: number | null;
    last_handshake_at_ms: number | null;
    received_bytes: Generated<number>;
    sent_bytes: Generated<number>;
    counted_received_bytes: Generated<number>;
    counted_sent_bytes: Generated<number>;
    counted_by: string | null;
    endpoint: string | null;
    measured_at_ms: number | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends WireguardTables {}
}
