import type { ColumnType } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";

export interface InvoiceLine {
  readonly text: string;
  readonly quantity: number;
  readonly unitCents: number;
}

export interface InvoiceTables {
  invoice_counters: { provider_id: string; next_number: number };
  invoices: {
    provider_id: string;
    invoice_id: string;
    number: number;
    idempotency_key: string;
    customer_name: string;
    party: Party | null;
    purchase_id: string | null;
    lines: ColumnType<readonly InvoiceLine[], readonly InvoiceLine[], never>;
    total_cents: number;
    currency: string;
    state: "issued" | "paid" | "void";
    due_on: string | null;
    entry_id: string | null;
    /** Of the phone that was entered with it; null: none was, or it was issued before they were kept. */
    phone_sealed: ColumnType<Buffer | null, Buffer | null | undefined, never>;
    phone_masked: ColumnType<string | null, string | null | undefined, never>;
    created_by: string;
    created_at_ms: number;
    changed_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends InvoiceTables {}
}
