import type { ColumnType, Generated } from "kysely";

export interface FeedTables {
  feed_scopes: { provider_id: string; scope: string; version: number; horizon: Generated<number> };
  feed_rows: {
    provider_id: string;
    scope: string;
    kind: string;
    key: string;
    version: number;
    body: ColumnType<unknown, never, never>;
    changed_at_ms: number;
    /** Of a batch's row: what a restore knew of it; see `restored-version.ts`. */
    restored_version: Generated<number | null>;
  };
  feed_applied: { provider_id: string; site_id: string; scope: string; version: number; at_ms: number };
}

declare module "../db/schema.ts" {
  interface Schema extends FeedTables {}
}
