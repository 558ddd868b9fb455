import type { ColumnType } from "kysely";

export interface ApiTokenTables {
  api_tokens: {
    provider_id: string;
    token_id: string;
    user_id: string;
    name: string;
    token_hash: Uint8Array;
    scopes: ColumnType<string[], string, string>;
    expires_at_ms: number;
    last_used_at_ms: number | null;
    revoked_at_ms: number | null;
    created_at_ms: number;
    updated_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ApiTokenTables {}
}
