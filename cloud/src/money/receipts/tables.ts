import type { Generated } from "kysely";
import type { EvidenceSource } from "../evidence/evidence.ts";

export interface ReceiptTables {
  receipts: {
    provider_id: string;
    rail: string;
    receipt: string;
    channel_id: string;
    intent_id: string | null;
    amount_cents: number;
    plan_cents: number;
    credit_cents: number;
    currency: string;
    entry_id: string;
    booked_at_ms: number;
    suspense_cents: Generated<number>;
    /** What went back to the payer while the rest stayed. The four parts together are the amount. */
    returned_cents: Generated<number>;
    state: Generated<ReceiptState>;
    source: Generated<EvidenceSource>;
    corroborated: Generated<boolean>;
    party: string | null;
    payer_hash: string | null;
    payer_masked: string | null;
    payer_name: string | null;
    account_text: string | null;
    paid_at_ms: number | null;
    note: string | null;
  };
}

/**
 * Where a receipt's money stands. `suspense`: no owner yet, or held for the purchase that it names until it is proved. `credit`: a
 * customer's, no purchase. `frozen`: two sources disagree.
 */
export type ReceiptState = "booked" | "credit" | "suspense" | "reversed" | "disproved" | "frozen";

declare module "../../ground/db/schema.ts" {
  interface Schema extends ReceiptTables {}
}
