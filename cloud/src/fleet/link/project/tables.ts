/** What the hub knows of a site's doings: written by the projection of the journal alone, read by everybody. */
import type { ColumnType, Generated, GeneratedAlways } from "kysely";

export interface ProjectionTables {
  sessions: {
    provider_id: string;
    site_id: string;
    session_key: string;
    session_id: string | null;
    nas: string | null;
    grant_id: string | null;
    username: string | null;
    mac: string | null;
    address: string | null;
    started_at_ms: number | null;
    started_stamped_ms: number | null;
    started_epoch: string | null;
    started_seq: number | null;
    started_clock: "synced" | "estimated" | "unknown" | null;
    last_used_at_ms: number | null;
    last_used_epoch: string | null;
    last_used_seq: number | null;
    stopped_at_ms: number | null;
    stopped_stamped_ms: number | null;
    stopped_epoch: string | null;
    stopped_seq: number | null;
    cause: string | null;
    input_bytes: Generated<number>;
    output_bytes: Generated<number>;
    online_seconds: Generated<number>;
    received_at_ms: number;
    /** Computed by the database: when it began, or when the hub first heard of it. */
    begun_at_ms: GeneratedAlways<number>;
    /** Computed by the database: who, which device and where, in lower case, for searching. */
    found_by: GeneratedAlways<string>;
  };
  usage_days: {
    provider_id: string;
    day: ColumnType<Date, string, string>;
    site_id: string;
    session_key: string;
    grant_id: string | null;
    input_bytes: number;
    output_bytes: number;
    online_seconds: number;
  };
  grant_starts: {
    provider_id: string;
    grant_id: string;
    site_id: string;
    origin: "voucher" | "purchase" | "account";
    plan_name: string;
    started_at_ms: number;
    ends_at_ms: number | null;
    valid_until_ms: number | null;
    epoch: string;
    seq: number;
    received_at_ms: number;
    bridge: Generated<boolean>;
  };
  voucher_redemptions: {
    provider_id: string;
    batch_id: string;
    serial: number;
    site_id: string;
    grant_id: string;
    epoch: string;
    seq: number;
  };
  cash_sales: {
    provider_id: string;
    site_id: string;
    sale_id: string;
    seller_id: string;
    plan_id: string | null;
    plan_name: string;
    price_cents: number;
    commission_cents: number;
    currency: string;
    grant_id: string;
    code_end: string;
    sold_at_ms: number;
    epoch: string;
    seq: number;
    received_at_ms: number;
    entry_id: string | null;
  };
  outage_credits: {
    provider_id: string;
    site_id: string;
    epoch: string;
    seq: number;
    from_ms: number;
    to_ms: number;
    received_at_ms: number;
  };
  alarms: {
    provider_id: string;
    site_id: string;
    epoch: string;
    seq: number;
    name: string;
    fields: ColumnType<Record<string, string | number | boolean>, never, never>;
    at_ms: number;
    received_at_ms: number;
    acknowledged_at_ms: number | null;
  };
}

declare module "../../../ground/db/schema.ts" {
  interface Schema extends ProjectionTables {}
}
