import type { Party } from "../../ground/amounts/parties.ts";
import type { CorrectionKind } from "./correction-policy.ts";

export interface CorrectionTables {
  corrections: {
    provider_id: string;
    correction_id: string;
    idempotency_key: string;
    kind: CorrectionKind;
    state: "asked" | "done" | "refused";
    amount_cents: number;
    currency: string;
    party: Party;
    phone_masked: string | null;
    to_party: Party | null;
    to_phone_masked: string | null;
    rail: string | null;
    receipt: string | null;
    /** The purchase that the receipt had paid for; null: it was credit. */
    purchase_id: string | null;
    top_up_entry_id: string | null;
    reason: string;
    entry_id: string | null;
    asked_by: string;
    approved_by: string | null;
    refused_by: string | null;
    created_at_ms: number;
    changed_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends CorrectionTables {}
}
