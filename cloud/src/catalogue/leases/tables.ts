import type { LeaseUse } from "@karibu/protocol/feed";
import type { ColumnType } from "kysely";

export interface LeaseTables {
  batch_sites: { provider_id: string; batch_id: string; site_id: string; added_at_ms: number };
  voucher_leases: {
    provider_id: string;
    batch_id: string;
    serial: number;
    site_id: string;
    from_site_id: string;
    moved_at_ms: number;
    use: ColumnType<LeaseUse, LeaseUse, LeaseUse>;
  };
  voucher_releases: {
    provider_id: string;
    batch_id: string;
    serial: number;
    site_id: string;
    released_at_ms: number;
    use: ColumnType<LeaseUse, LeaseUse, LeaseUse>;
  };
  roaming_sites: { provider_id: string; site_id: string; added_at_ms: number };
  grant_releases: {
    provider_id: string;
    lease_id: string;
    site_id: string;
    released_at_ms: number;
    use: ColumnType<LeaseUse, LeaseUse, LeaseUse>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends LeaseTables {}
}
