import type { ColumnType } from "kysely";

type Json<T> = ColumnType<T, string | null, string | null>;

export interface AlertingTables {
  alert_rules: {
    provider_id: string;
    rule_id: string;
    name: string;
    active: boolean;
    kinds: Json<string[] | null>;
    grave_only: boolean;
    site_ids: Json<string[] | null>;
    after_ms: number;
    wakes: boolean;
    tells_end: boolean;
    to_sealed: Uint8Array;
    escalate_after_ms: number | null;
    escalate_to_sealed: Uint8Array | null;
    created_at_ms: number;
    updated_at_ms: number;
  };
  alert_quiet_hours: { provider_id: string; from_minute: number; until_minute: number };
  maintenance_windows: {
    provider_id: string;
    window_id: string;
    site_ids: Json<string[] | null>;
    reason: string;
    from_ms: number;
    until_ms: number;
    made_by: string;
    created_at_ms: number;
  };
  alerts: {
    provider_id: string;
    alert_id: string;
    rule_id: string;
    cause: string;
    alarm_id: string;
    kind: string;
    severity: "wrong" | "notice";
    site_id: string | null;
    channel_id: string | null;
    fields: ColumnType<Record<string, string | number | boolean | null>, string, never>;
    began_at_ms: number;
    told_at_ms: number;
    escalated_at_ms: number | null;
    ended_at_ms: number | null;
  };
  alert_notices: {
    provider_id: string;
    notice_id: string;
    what: "begun" | "escalated" | "ended" | "test";
    way: "sms" | "email" | "webhook" | "push";
    to_masked: string;
    sent_as: string;
    at_ms: number;
  };
  alert_notice_causes: { provider_id: string; notice_id: string; alert_id: string };
  alert_looks: { only_one: ColumnType<boolean, boolean | undefined, never>; looked_at_ms: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends AlertingTables {}
}
