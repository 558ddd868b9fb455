export interface ClaimTables {
  payment_claims: {
    provider_id: string;
    claim_id: string;
    receipt: string | null;
    amount_cents: number | null;
    phone_hash: string | null;
    phone_masked: string | null;
    site_id: string | null;
    user_id: string | null;
    intent_id: string | null;
    state: "open" | "asked" | "settled" | "refused";
    outcome: string | null;
    created_at_ms: number;
    changed_at_ms: number;
    seen_at_ms: number | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ClaimTables {}
}
