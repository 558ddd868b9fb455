import type { ColumnType, Generated } from "kysely";

export interface UserTables {
  users: {
    provider_id: string;
    user_id: string;
    email: string;
    name: string;
    /** A built-in role, or the id of a role that the provider defined. */
    role: string;
    password_hash: string;
    active: boolean;
    /** Somebody at another provider has this address, and logs in with it. No answer of the hub says so. */
    address_elsewhere: Generated<boolean>;
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
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends UserTables {}
}
