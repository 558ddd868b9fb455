import type { ColumnType } from "kysely";

export interface AlarmTables {
  /** The journal projection writes it; people acknowledge. */
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
    acknowledged_by: string | null;
  };
  alarm_conditions_seen: {
    provider_id: string;
    alarm_id: string;
    since_ms: number;
    acknowledged_at_ms: number;
    acknowledged_by: string;
  };
  site_silences: { provider_id: string; site_id: string; since_ms: number; expected: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends AlarmTables {}
}
