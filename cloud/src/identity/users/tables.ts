import type { ColumnType, Generated } from "kysely";

export interface PeopleTables {
  users: {
    provider_id: string;
    user_id: string;
    email: string;
    name: string;
    /** A built-in role, or the id of one of the provider's own. */
    role: string;
    password_hash: string;
    active: boolean;
    failed_logins: Generated<number>;
    locked_until_ms: number | null;
    last_login_at_ms: number | null;
    totp_sealed: ColumnType<Uint8Array | null, Uint8Array | null | undefined, Uint8Array | null>;
    totp_confirmed: Generated<boolean>;
    totp_last_step: ColumnType<number | null, number | null | undefined, number | null>;
    recovery_hashes: ColumnType<string[], string | undefined, string>;
    created_at_ms: number;
    updated_at_ms: number;
  };
  logins: {
    provider_id: string;
    login_id: string;
    user_id: string;
    token_hash: Uint8Array;
    token_expires_at_ms: number;
    refresh_hash: Uint8Array;
    previous_refresh_hash: Uint8Array | null;
    refresh_expires_at_ms: number;
    refreshed_at_ms: number;
    created_at_ms: number;
  };
  /** Of no tenant: subjects are hashes of an account, an address, or both. */
  login_failures: {
    subject: string;
    account_hash: string | null;
    failures: number;
    last_at_ms: number;
    alerted_at_ms: number | null;
  };
  login_places: {
    provider_id: string;
    user_id: string;
    kind: "address" | "device";
    place: string;
    last_at_ms: number;
  };
  roles: {
    provider_id: string;
    role_id: string;
    name: string;
    permissions: ColumnType<string[], string, string>;
    created_at_ms: number;
    updated_at_ms: number;
  };
  api_tokens: {
    provider_id: string;
    token_id: string;
    user_id: string;
    name: string;
    token_hash: Uint8Array;
    scopes: ColumnType<string[], string, string>;
    expires_at_ms: number;
    last_used_at_ms: number | null;
    revoked_at_ms: number | null;
    created_at_ms: number;
    updated_at_ms: number;
  };
  impersonations: {
    provider_id: string;
    impersonation_id: string;
    admin_user_id: string;
    admin_name: string;
    admin_email: string;
    reason: string;
    read_only: boolean;
    token_hash: Uint8Array;
    started_at_ms: number;
    expires_at_ms: number;
    ended_at_ms: number | null;
  };
  mailed_tokens: {
    provider_id: string;
    token_id: string;
    kind: "password-reset" | "invitation" | "sign-up";
    token_hash: Uint8Array;
    email: string;
    user_id: string | null;
    detail: ColumnType<Record<string, unknown>, Record<string, unknown>, Record<string, unknown>>;
    created_by: string | null;
    created_at_ms: number;
    expires_at_ms: number;
    used_at_ms: number | null;
  };
  audit: {
    provider_id: string;
    audit_id: string;
    at_ms: number;
    user_id: string | null;
    action: string;
    target: string | null;
    request_id: string | null;
    /** How, when not by a log-in: `token <id>`, `impersonation <id>`. */
    via: ColumnType<string | null, string | null | undefined, never>;
    detail: ColumnType<Record<string, unknown>, Record<string, unknown>, never>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends PeopleTables {}
}
