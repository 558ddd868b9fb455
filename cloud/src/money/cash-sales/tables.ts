import type { Terms } from "@karibu/protocol/plan";
import type { ColumnType } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";

export interface CashSaleTables {
  cash_sales: {
    provider_id: string;
    site_id: string;
    sale_id: string;
    seller_id: string;
    plan_id: string | null;
    plan_name: string;
    price_cents: number;
    commission_cents: number;
    currency: string;
    grant_id: string;
    code_end: string;
    sold_at_ms: number;
    epoch: string;
    seq: number;
    received_at_ms: number;
    entry_id: string | null;
    code: string | null;
    terms: ColumnType<Terms | null, Terms | null, never>;
    phone_sealed: Buffer | null;
    phone_hash: Party | null;
    phone_masked: string | null;
    promotion_id: ColumnType<string | null, string | null | undefined, never>;
    discount_cents: ColumnType<number, number | undefined, never>;
    disabled_at_ms: number | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends CashSaleTables {}
}
