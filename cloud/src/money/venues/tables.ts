export interface VenueTables {
  venues: {
    provider_id: string;
    venue_id: string;
    name: string;
    name_key: string;
    phone: string | null;
    active: boolean;
    created_at_ms: number;
    updated_at_ms: number;
  };
  venue_shares: {
    provider_id: string;
    share_id: string;
    venue_id: string;
    site_id: string;
    plan_id: string | null;
    permille: number;
    from_ms: number;
    until_ms: number | null;
  };
  venue_accruals: {
    provider_id: string;
    entry_id: string;
    venue_id: string;
    site_id: string;
    plan_id: string | null;
    sale_cents: number;
    share_cents: number;
    currency: string;
    at_ms: number;
  };
  venue_progress: { provider_id: string; looked_until_ms: number };
  venue_pay_outs: {
    provider_id: string;
    pay_out_id: string;
    venue_id: string;
    amount_cents: number;
    currency: string;
    method: "cash" | "mpesa";
    reference: string | null;
    paid_from: string;
    entry_id: string;
    paid_by: string;
    idempotency_key: string;
    paid_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends VenueTables {}
}
