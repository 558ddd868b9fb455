import type { Generated } from "kysely";

export interface ExpenseTables {
  expenses: {
    provider_id: string;
    expense_id: string;
    idempotency_key: string;
    category: string;
    payee: string | null;
    note: string | null;
    paid_from: string;
    amount_cents: number;
    currency: string;
    spent_on: string;
    entry_id: string;
    voided_entry_id: string | null;
    /** What its till lacked, as the books knew it. */
    short_cents: Generated<number>;
    looked_at_ms: number | null;
    looked_note: string | null;
    created_by: string;
    created_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ExpenseTables {}
}
