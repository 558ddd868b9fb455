import type { Generated } from "kysely";

export interface ChannelTokenTables {
  channel_tokens: {
    provider_id: string;
    app: string;
    token_sealed: Buffer | null;
    ends_at_ms: Generated<number>;
    lease_until_ms: Generated<number>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ChannelTokenTables {}
}
