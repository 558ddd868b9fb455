import type { ColumnType } from "kysely";

type OptionalText = ColumnType<string | null, string | null | undefined, string | null>;

export interface SiteTables {
  sites: {
    provider_id: string;
    site_id: string;
    name: string;
    address: OptionalText;
    note: OptionalText;
    region: string | null;
    district: string | null;
    latitude: number | null;
    longitude: number | null;
    interim_seconds: number;
    auto_log_in: boolean;
    created_at_ms: number;
    updated_at_ms: number;
    deleted_at_ms: number | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends SiteTables {}
}
