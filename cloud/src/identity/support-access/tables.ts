export interface SupportAccessTables {
  impersonations: {
    provider_id: string;
    impersonation_id: string;
    admin_user_id: string;
    /** Of the platform: the log-in in which it was begun. Null: begun by an earlier release. */
    login_id: string | null;
    admin_name: string;
    admin_email: string;
    reason: string;
    read_only: boolean;
    token_hash: Uint8Array;
    started_at_ms: number;
    expires_at_ms: number;
    ended_at_ms: number | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends SupportAccessTables {}
}
