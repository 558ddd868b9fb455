import type { ColumnType } from "kysely";
import type { Treatment } from "./tax-arithmetic.ts";

export interface TaxTables {
  tax_settings: {
    provider_id: string;
    legal_name: string | null;
    tax_pin: string | null;
    address: string | null;
    payment_words: string | null;
    colour: string;
    picture_id: string | null;
    vat_registered: boolean;
    excise_registered: boolean;
    number_prefix: string;
    fiscal_month: number;
    subscription_documents: "each" | "monthly" | "none";
    sales_summaries: boolean;
    authority: "none" | "etims" | "efris";
    branch: string;
    updated_at_ms: number;
  };
  own_tax_rates: {
    provider_id: string;
    tax: "vat" | "excise";
    /** `2026-07-01`. */
    from_day: ColumnType<string, string, string>;
    rate_bp: number;
    note: string | null;
    set_by: string;
    set_at_ms: number;
  };
  plan_taxes: { provider_id: string; plan_id: string; treatment: Exclude<Treatment, "outside"> };
  buyer_pins: { provider_id: string; customer_id: string; tax_pin: string };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends TaxTables {}
}
