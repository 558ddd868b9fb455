import type { RouterRow } from "@karibu/protocol/router/router-views";
import type { ColumnType, Generated } from "kysely";

export interface RouterTables {
  router_readings: {
    provider_id: string;
    site_id: string;
    view: string;
    is_here: boolean;
    rows: ColumnType<readonly RouterRow[], string, string>;
    total: number;
    read_at_ms: number;
    kept_at_ms: number;
    is_stale: Generated<boolean>;
    problem: string | null;
    problem_at_ms: number | null;
  };
  router_watches: { provider_id: string; site_id: string; until_ms: number; next_at_ms: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RouterTables {}
}
