import type { AccountAddress, AccountService, AfterEnd } from "@karibu/protocol/accounts/customer-account";
import type { Terms } from "@karibu/protocol/plan";
import type { ColumnType, Generated, GeneratedAlways } from "kysely";

/** What differs from the plan; null: as the plan. */
export interface OwnLimits {
  readonly downKbps: number | null;
  readonly upKbps: number | null;
  readonly devices: number | null;
}

/** `free`: nobody pays for it, for ever, and somebody said why: staff, the owner's home. `subscription`: it is let in as its subscription says. */
export type Billing = "subscription" | "free";

/** The account's right as its subscription has it. */
export interface Standing {
  /** Null: no end. */
  readonly paidUntilMs: number | null;
  /** Let in as usual until then; null: no grace. */
  readonly graceUntilMs: number | null;
  /** Nobody has paid for it yet: `paidUntilMs` is when it was made. Absent: somebody has. */
  readonly isNeverPaid?: boolean;
  /** Not null: held back, and the customer reads why. */
  readonly suspended: string | null;
  /** What follows after the grace; null: off. */
  readonly afterEnd: AfterEnd | null;
  /** A pause: when it ends, and what the account has then. Absent: nothing ends by the clock. */
  readonly resumes?: Pick<Standing, "afterEnd"> & {
    readonly atMs: number;
    readonly paidUntilMs: number;
    readonly graceUntilMs: number;
  };
  /** A new one begins the count of data anew; null: nothing is counted by period. */
  readonly period: string | null;
  /** Those that are paid for and begin later. Absent: none. */
  readonly nextPeriods?: readonly { readonly fromMs: number; readonly period: string }[];
}

export interface AccountTables {
  accounts: {
    provider_id: string;
    account_id: string;
    customer_id: string;
    username: string;
    username_key: GeneratedAlways<string>;
    service: AccountService;
    nt_hash_sealed: ColumnType<Uint8Array, Uint8Array, Uint8Array>;
    password_sealed: ColumnType<Uint8Array | null, Uint8Array | null, Uint8Array | null>;
    plan_id: string;
    plan_name: string;
    terms: ColumnType<Terms, Terms, Terms>;
    own_limits: ColumnType<OwnLimits, OwnLimits, OwnLimits>;
    address: ColumnType<AccountAddress | null, AccountAddress | null, AccountAddress | null>;
    macs: ColumnType<string[], string[], string[]>;
    standing: ColumnType<Standing, Standing, Standing>;
    billing: Generated<Billing>;
    /** Not null where it is free. */
    free_reason: ColumnType<string | null, string | null | undefined, string | null>;
    active: boolean;
    created_at_ms: number;
    updated_at_ms: number;
    deleted_at_ms: number | null;
  };
  account_sites: {
    provider_id: string;
    account_id: string;
    site_id: string;
    static_address: string | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends AccountTables {}
}
