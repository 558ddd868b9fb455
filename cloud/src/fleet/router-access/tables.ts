export interface RouterAccessTables {
  router_access: {
    provider_id: string;
    site_id: string;
    port: number;
    user_name: string;
    password_sealed: Uint8Array;
    changed_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RouterAccessTables {}
}
