import type { Generated } from "kysely";

export interface ResellerTables {
  resellers: {
    provider_id: string;
    reseller_id: string;
    name: string;
    name_key: string;
    phone: string | null;
    commission_permille: number;
    credit_limit_cents: number | null;
    active: boolean;
    created_at_ms: number;
    updated_at_ms: number;
  };
  voucher_hand_overs: {
    provider_id: string;
    hand_over_id: string;
    reseller_id: string;
    batch_id: string;
    codes: number;
    returned: Generated<number>;
    first_serial: number;
    last_serial: number;
    price_cents: number;
    commission_cents: number;
    currency: string;
    handed_by: string;
    idempotency_key: string;
    handed_at_ms: number;
  };
  reseller_vouchers: {
    provider_id: string;
    batch_id: string;
    serial: number;
    hand_over_id: string;
    sold_at_ms: number | null;
    sold_how: "used" | "declared" | "handed-out" | null;
    /** Of its commission, because it was refunded. */
    commission_back_cents: Generated<number>;
  };
  returned_vouchers: {
    provider_id: string;
    batch_id: string;
    serial: number;
    hand_over_id: string;
    returned_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ResellerTables {}
}
