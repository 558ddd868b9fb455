import type { ColumnType } from "kysely";
import type { Source } from "./foreign-book.ts";
import type { TakeoverTotal } from "./listing.ts";

/** What the shadow run had said when a person switched, and the reason that was given. */
export interface Readiness {
  readonly seen: number;
  readonly same: number;
  readonly sinceMs: number | null;
  readonly reason: string;
}

interface TakeoverTables {
  takeovers: {
    provider_id: string;
    takeover_id: string;
    site_id: string;
    source: Source;
    state: "applied" | "switched" | "withdrawn";
    totals: ColumnType<TakeoverTotal, TakeoverTotal, never>;
    plan_ids: ColumnType<string[], string[], never>;
    utc_offset_minutes: number;
    started_by: string;
    created_at_ms: number;
    switched_at_ms: number | null;
    back_until_ms: number | null;
    ended_at_ms: number | null;
    /** The site said that the switch was done. Null: not yet. */
    settled_at_ms: number | null;
    readiness: ColumnType<Readiness | null, Readiness | null, Readiness | null>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends TakeoverTables {}
}
