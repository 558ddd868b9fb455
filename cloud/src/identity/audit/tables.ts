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
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends AuditTables {}
}
