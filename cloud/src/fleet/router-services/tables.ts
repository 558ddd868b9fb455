import type { RouterServices } from "@karibu/protocol/router/router-services";
import type { ColumnType, Generated } from "kysely";

/**
 * Why a further router's new secret is not in use yet. `unclaimed`: no router has asked with the key of its script. `waiting`: the router has not
 * asked for it. `unknown-router`: the agent does not know it
 * yet: the first router's script was not imported. `old-agent`, `silent`: as with the first router's.
 */
export const furtherSecretProblems = [
  "unclaimed",
  "waiting",
  "unknown-router",
  "old-agent",
  "refused",
  "silent",
] as const;
export type FurtherSecretProblem = (typeof furtherSecretProblems)[number];

interface RouterServiceTables {
  site_router_services: {
    provider_id: string;
    site_id: string;
    chosen: ColumnType<RouterServices, RouterServices, RouterServices>;
    changed_at_ms: number;
    snmp_user: string | null;
    snmp_authentication_sealed: Uint8Array | null;
    snmp_encryption_sealed: Uint8Array | null;
    emergency_password_sealed: Uint8Array | null;
  };
}

interface FurtherRouterTables {
  site_further_routers: {
    provider_id: string;
    site_id: string;
    own_address: string;
    agent_side: string;
    name: string;
    version: string;
    interfaces: ColumnType<string[], string, string>;
    network: string | null;
    max_sessions: number | null;
    pado_delay_ms: number | null;
    radius_secret_sealed: Uint8Array;
    made_at_ms: number;
    hotspot_ports: ColumnType<string[] | null, string | null | undefined, string | null>;
    hotspot_network: string | null;
    next_secret_sealed: Uint8Array | null;
    secret_wanted_at_ms: number | null;
    secret_sent_at_ms: number | null;
    secret_tries: Generated<number>;
    secret_next_at_ms: number | null;
    secret_held_until_ms: Generated<number>;
    secret_problem: FurtherSecretProblem | null;
    secret_changed_at_ms: number | null;
    claim_hash: string | null;
    claim_until_ms: number | null;
    fresh_key_hash: string | null;
    own_key_hash: string | null;
    heard_at_ms: number | null;
    secret_tried_at_ms: number | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RouterServiceTables, FurtherRouterTables {}
}
