import type { RouterServices } from "@karibu/protocol/router/router-services";
import type { ColumnType } from "kysely";

interface RouterServiceTables {
  site_router_services: {
    provider_id: string;
    site_id: string;
    chosen: ColumnType<RouterServices, RouterServices, RouterServices>;
    changed_at_ms: number;
    snmp_user: string | null;
    snmp_authentication_sealed: Uint8Array | null;
    snmp_encryption_sealed: Uint8Array | null;
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
    network: string;
    max_sessions: number;
    pado_delay_ms: number;
    radius_secret_sealed: Uint8Array;
    made_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RouterServiceTables, FurtherRouterTables {}
}
