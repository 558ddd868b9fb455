import type { Generated } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { EvidenceSource, ProvingSource } from "../evidence/evidence.ts";

export interface ReceiptTables {
  receipts: {
    provider_id: string;
    rail: string;
    receipt: string;
    channel_id: string;
    purchase_id: string | null;
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
    /** It is proved. The same as `proved_by is not null`, which the database checks. */
    corroborated: Generated<boolean>;
    /** What proved it; null: it was only told (by callbacks), or entered (by a person). */
    proved_by: Generated<ProvedBy | null>;
    party: Party | null;
    payer_hash: Party | null;
    payer_masked: string | null;
    payer_name: string | null;
    account_text: string | null;
    paid_at_ms: number | null;
    note: string | null;
  };
  /** Credit that was not proved when it was spent, by the receipt that it came from and the purchase that it paid. */
  told_credit_uses: {
    provider_id: string;
    purchase_id: string;
    rail: string;
    receipt: string;
    amount_cents: number;
  };
}

/**
 * Where a receipt's money stands. `suspense`: no owner yet, or held for the purchase that it names until it is proved. `credit`: a
 * customer's, no purchase. `frozen`: two sources disagree.
 */
export type ReceiptState = "booked" | "credit" | "suspense" | "reversed" | "disproved" | "frozen";

/** `earlier-release`: it counted as verified before the source was kept. */
export type ProvedBy = ProvingSource | "earlier-release";

declare module "../../ground/db/schema.ts" {
  interface Schema extends ReceiptTables {}
}
