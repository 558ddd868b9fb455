import type { DriftPolicy } from "@karibu/protocol/router/desired-router";
import type { SiteFinding } from "@karibu/protocol/router/router-health";
import type { ColumnType } from "kysely";

export interface RouterHealthTables {
  router_health: {
    provider_id: string;
    site_id: string;
    router_os: string | null;
    is_compared: boolean;
    findings: ColumnType<readonly SiteFinding[], string, string>;
    told_at_ms: number;
  };
  router_policies: { provider_id: string; drift: DriftPolicy; updated_at_ms: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RouterHealthTables {}
}
