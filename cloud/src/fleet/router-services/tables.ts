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

declare module "../../ground/db/schema.ts" {
  interface Schema extends RouterServiceTables {}
}
