import type { ColumnType } from "kysely";

/** Only the journal projection writes it. */
export interface AlarmTables {
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

declare module "../../ground/db/schema.ts" {
  interface Schema extends AlarmTables {}
}
