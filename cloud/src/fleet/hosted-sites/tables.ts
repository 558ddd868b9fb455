import type { Generated } from "kysely";

export interface HostedTables {
  hosts: {
    host_id: string;
    name: string;
    token_hash: string | null;
    token_expires_at_ms: number | null;
    public_key: string | null;
    made_at_ms: number;
    enrolled_at_ms: number | null;
    revoked_at_ms: number | null;
    connected_at_ms: number | null;
    disconnected_at_ms: number | null;
    /** The hub process that holds its link; that process may have died since. */
    process_id: string | null;
    /** The newest connection: the end of an older one changes nothing. */
    link_id: string | null;
    agent_version: string | null;
  };
  hosted_sites: {
    provider_id: string;
    site_id: string;
    host_id: string;
    hosting_id: string;
    radius_secret_sealed: Uint8Array;
    made_at_ms: Generated<number>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends HostedTables {}
}
