import type { Generated } from "kysely";

export interface SellerTables {
  sellers: {
    provider_id: string;
    seller_id: string;
    name: string;
    name_key: string;
    pin_sealed: Uint8Array;
    commission_permille: number;
    active: boolean;
    created_at_ms: number;
    updated_at_ms: number;
  };
  seller_sites: {
    provider_id: string;
    seller_id: string;
    site_id: string;
    active: boolean;
    float_cents: number | null;
    handed_in_cents: Generated<number>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends SellerTables {}
}
