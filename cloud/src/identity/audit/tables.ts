import type { ColumnType } from "kysely";

export interface AuditTables {
  audit: {
    provider_id: string;
    audit_id: string;
    at_ms: number;
    user_id: string | null;
    action: string;
    target: string | null;
    request_id: string | null;
    /** How, when it was not a plain log-in: `token <id>`, `impersonation <id>`. */
    via: ColumnType<string | null, string | null | undefined, never>;
    detail: ColumnType<Record<string, unknown>, Record<string, unknown>, never>;
  };
  /** How often a person read one page of secrets within the minutes that begin at `slot_ms`: one entry stands for all. */
  audit_readings: {
    provider_id: string;
    reader_key: string;
    slot_ms: number;
    audit_id: string;
    readings: number;
    last_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends AuditTables {}
}
