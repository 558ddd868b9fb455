import type { Terms } from "@karibu/protocol/plan";
import type { ColumnType } from "kysely";

export interface GrantTables {
  grants: {
    provider_id: string;
    grant_id: string;
    site_id: string;
    intent_id: string | null;
    origin: "purchase";
    plan_name: string;
    terms: ColumnType<Terms, Terms, never>;
    phone_hash: string | null;
    unverified: boolean;
    created_at_ms: number;
    revoked_at_ms: number | null;
    renews_grant_id: string | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends GrantTables {}
}
