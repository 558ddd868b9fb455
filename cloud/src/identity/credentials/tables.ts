import type { ColumnType } from "kysely";

export interface CredentialTables {
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
    /** The person ended their other log-ins then, and kept this one. */
    cut_at_ms: ColumnType<number | null, number | null | undefined>;
    /** By the cookie that a browser's tabs share (`log-in/browser-session.ts`). */
    in_browser: ColumnType<boolean, boolean | undefined, boolean>;
    /** When a code of the second factor last counted in this log-in; null: none has. */
    factor_at_ms: ColumnType<number | null, number | null | undefined, number | null>;
    /** The log-in that this one was split from, when the answer to a refresh got lost; null: none. */
    family_id: ColumnType<string | null, string | null | undefined, string | null>;
    /** By which RADIUS server of the provider's (its `server_at_ms`) the person came in; null: by Karibu's own password. */
    radius_at_ms: ColumnType<number | null, number | null | undefined, number | null>;
    /** What it is on, in words of ours (`browser-name.ts`); null: a program, or not known. */
    browser: ColumnType<string | null, string | null | undefined, string | null>;
    /** To the minute; null: not since it began. */
    used_at_ms: ColumnType<number | null, number | null | undefined, number | null>;
  };
  spent_refreshes: {
    provider_id: string;
    refresh_hash: Uint8Array;
    login_id: string;
    spent_at_ms: number;
  };
  tab_tokens: {
    provider_id: string;
    token_hash: Uint8Array;
    login_id: string;
    expires_at_ms: number;
  };
  mailed_tokens: {
    provider_id: string;
    token_id: string;
    kind: "password-reset" | "invitation" | "sign-up" | "sign-up-invitation";
    token_hash: Uint8Array;
    email: string;
    user_id: string | null;
    detail: ColumnType<Record<string, unknown>, Record<string, unknown>, Record<string, unknown>>;
    created_by: string | null;
    created_at_ms: number;
    expires_at_ms: number;
    used_at_ms: number | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends CredentialTables {}
}
