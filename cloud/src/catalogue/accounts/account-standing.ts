import type { AfterEnd } from "@karibu/protocol/accounts/customer-account";

/** What differs from the plan; null: as the plan. */
export interface OwnLimits {
  readonly downKbps: number | null;
  readonly upKbps: number | null;
  readonly devices: number | null;
}

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
