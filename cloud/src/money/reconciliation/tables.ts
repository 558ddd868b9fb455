import type { Generated } from "kysely";
import type { StatementBalance } from "./statement-balance.ts";

export interface ReconciliationTables {
  statements: {
    provider_id: string;
    statement_id: string;
    channel_id: string;
    layout: string;
    /** Of another account of the organisation's at the channel: it covers no day. */
    is_of_other_account: boolean;
    from_ms: number;
    to_ms: number;
    inflow_rows: number;
    inflow_cents: number;
    balance: StatementBalance["state"];
    opening_cents: number | null;
    closing_cents: number | null;
    file_hash: string;
    imported_by: string;
    imported_at_ms: number;
  };
  statement_lines: {
    provider_id: string;
    statement_id: string;
    line: number;
    receipt: string;
    kind: "inflow" | "reversal" | "charge" | "sweep" | "outflow" | "returned" | "other";
    amount_cents: number;
    completed_at_ms: number;
    account_text: string | null;
    payer: string | null;
    linked_receipt: string | null;
    outside_cents: Generated<number>;
  };
  statement_differences: {
    provider_id: string;
    channel_id: string;
    receipt: string;
    what: DifferenceKind;
    statement_cents: number;
    booked_cents: number;
    statement_id: string;
    found_at_ms: number;
    resolved_at_ms: number | null;
    resolved_by: string | null;
    note: string | null;
  };
  closed_days: {
    provider_id: string;
    channel_id: string;
    day: string;
    booked_cents: number;
    statement_cents: number;
    closed_by: string;
    closed_at_ms: number;
    closing_cents: number | null;
    account_cents: number | null;
    compared_until_ms: number | null;
  };
}

export const differenceKinds = [
  "not-in-books",
  "not-on-statement",
  "amount-differs",
  "reversed-at-channel",
  "reversed-in-books",
  "reversal-unmatched",
  "payout-not-in-books",
  "withdrawn-unread",
  "payout-returned-unread",
  "balance-differs",
] as const;
export type DifferenceKind = (typeof differenceKinds)[number];

declare module "../../ground/db/schema.ts" {
  interface Schema extends ReconciliationTables {}
}
