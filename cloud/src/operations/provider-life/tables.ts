export interface ProviderLifeTables {
  sample_things: {
    provider_id: string;
    kind: "site" | "customer";
    thing_id: string;
    made_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ProviderLifeTables {}
}
