import type { ColumnType, Generated } from "kysely";
import type { SilentSite } from "../../fleet/link/silent-sites.ts";
import type { Party } from "../../ground/amounts/parties.ts";

export interface RefundTables {
  refunds: {
    provider_id: string;
    refund_id: string;
    idempotency_key: string;
    purchase_id: string | null;
    rail: string | null;
    receipt: string | null;
    channel_id: string | null;
    method: "reversal" | "payout" | "credit" | "cash" | "channel";
    amount_cents: number;
    currency: string;
    party: Party | null;
    phone_sealed: Buffer | null;
    reason: string;
    state: "asked" | "approved" | "sending" | "sent" | "unknown" | "done" | "failed" | "refused" | "returned";
    problem: string | null;
    entry_id: string | null;
    result_receipt: string | null;
    /** Under which the channel gave a payout back to us. */
    returned_receipt: ColumnType<string | null, string | null | undefined, string | null>;
    asked_by: string;
    approved_by: string | null;
    voucher_id: string | null;
    /** A sale for cash at a site, `<site>.<sale>`. */
    cash_sale_id: ColumnType<string | null, string | null | undefined, string | null>;
    revoke: Generated<boolean>;
    all_left: Generated<boolean>;
    refused_by: string | null;
    retry_of: string | null;
    /** False: it went to its channel before refunds carried our name there. */
    has_name_at_channel: Generated<boolean>;
    resolution: "retried" | "given-up" | "paid" | null;
    resolved_by: string | null;
    resolved_at_ms: number | null;
    note: string | null;
    /** That could have given what is refunded, and were not heard up to then. */
    silent_sites: ColumnType<
      readonly SilentSite[] | null,
      readonly SilentSite[] | null | undefined,
      readonly SilentSite[] | null
    >;
    /** It waits for them alone, and for no second person. */
    goes_on_when_heard: Generated<boolean>;
    created_at_ms: number;
    changed_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RefundTables {}
}
