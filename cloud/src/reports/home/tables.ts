export interface HomeTables {
  online_counts: { provider_id: string; at_ms: number; online: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends HomeTables {}
}
