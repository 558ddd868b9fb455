import type { ListedMore } from "@karibu/protocol/feed";
import type { Terms } from "@karibu/protocol/plan";
import type { ColumnType, Generated } from "kysely";

/**
 * How the money of a batch gets into the books: when a code is first used; when it is handed to a seller, who buys it (at the latest when it is
 * used); never, because another system's books have it; never, because nobody paid.
 */
export const batchBookings = ["first-use", "handed-out", "elsewhere", "given-away"] as const;
export type BatchBooking = (typeof batchBookings)[number];

/** A voucher that could not be changed, and why. */
interface BulkProblem {
  readonly voucherId: string;
  readonly code: string;
  readonly detail: string;
}

export interface VoucherTables {
  voucher_batches: {
    provider_id: string;
    batch_id: string;
    plan_id: string;
    plan_name: string;
    terms: ColumnType<Terms, Terms, Terms>;
    price_cents: number;
    currency: string;
    home_site_id: string | null;
    key_sealed: Uint8Array;
    prefix: string;
    length: number;
    alphabet: "digits" | "letters";
    quantity: number;
    holes: ColumnType<number[], number[], number[]>;
    expires_at_ms: number | null;
    /** Of each voucher's PIN; null: they have none. */
    pin_digits: ColumnType<number | null, number | null | undefined, never>;
    active: boolean;
    /** `making`: its holes are being found; its vouchers can't be sold yet. */
    state: Generated<"making" | "ready" | "failed">;
    progress_percent: Generated<number>;
    /** When its codes first went to paper. */
    printed_at_ms: Generated<number | null>;
    /** When it was last switched on or off. */
    switched_at_ms: Generated<number | null>;
    created_at_ms: number;
    updated_at_ms: number;
    booking: ColumnType<BatchBooking, BatchBooking | undefined, BatchBooking>;
    /** Not null: codes of another system, in a list (`listed_codes`); `prefix` and `length` say nothing then. */
    takeover_id: Generated<string | null>;
  };
  listed_codes: {
    provider_id: string;
    batch_id: string;
    serial: number;
    hash: string;
    code_hidden: string;
    more: ColumnType<Omit<ListedMore, "at">, string, string>;
  };
  voucher_exceptions: {
    provider_id: string;
    batch_id: string;
    serial: number;
    state: "disabled" | "redeemed-elsewhere" | "transferred";
    at_ms: number;
  };
  voucher_bulk_jobs: {
    provider_id: string;
    job_id: string;
    action: "disable" | "enable";
    voucher_ids: ColumnType<string[], string[], never>;
    done: Generated<number>;
    failed: ColumnType<number, number | undefined, number>;
    problems: ColumnType<BulkProblem[], BulkProblem[] | undefined, BulkProblem[]>;
    started_by: string;
    created_at_ms: number;
    finished_at_ms: number | null;
  };
  voucher_owners: {
    provider_id: string;
    batch_id: string;
    serial: number;
    customer_id: string;
    given_by: string;
    since_ms: number;
  };
  voucher_redemptions: {
    provider_id: string;
    batch_id: string;
    serial: number;
    site_id: string;
    grant_id: string;
    epoch: string;
    seq: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends VoucherTables {}
}
