import type { ColumnType, Generated, GeneratedAlways } from "kysely";

/** Only the journal projection writes these tables. */
export interface SessionTables {
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
    why: string | null;
    /** Null: its site did not say. */
    service: "hotspot" | "pppoe" | "ppp" | null;
    input_bytes: Generated<number>;
    output_bytes: Generated<number>;
    online_seconds: Generated<number>;
    received_at_ms: number;
    /** The database computes it: when the session began, or when the hub first got a record of it. */
    begun_at_ms: GeneratedAlways<number>;
    /** The database computes it, for searching: user, device and address in lower case. */
    found_by: GeneratedAlways<string>;
  };
  devices_twice: {
    provider_id: string;
    mac: string;
    site_id: string;
    session_key: string;
    other_site_id: string;
    other_session_key: string;
    since_ms: number;
    seen_at_ms: number;
  };
  refused_log_ins: {
    provider_id: string;
    site_id: string;
    epoch: string;
    seq: number;
    at_ms: number;
    username: string;
    mac: string | null;
    address: string | null;
    nas: string;
    service: "hotspot" | "ppp";
    reason: string;
    times: number;
    received_at_ms: number;
    /** The database computes it. */
    refusal_id: GeneratedAlways<string>;
    /** The database computes it, for searching: user, device and address in lower case. */
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
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends SessionTables {}
}
