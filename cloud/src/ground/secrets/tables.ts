import type { Generated } from "kysely";

export interface SecretTables {
  party_secret: { only_row: Generated<boolean>; secret_sealed: Uint8Array; made_at_ms: number };
}

declare module "../db/schema.ts" {
  interface Schema extends SecretTables {}
}
