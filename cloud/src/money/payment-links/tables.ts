import type { ColumnType, Selectable } from "kysely";

export interface PaymentLinkTables {
  payment_links: {
    provider_id: string;
    link_id: string;
    /** SHA-256 of the token, hex. */
    token_hash: string;
    customer_id: string | null;
    /** Of these two, one. */
    subscription_id: string | null;
    invoice_id: string | null;
    amount_cents: number | null;
    expires_at_ms: number;
    revoked_at_ms: ColumnType<number | null, number | null | undefined, number | null>;
    created_at_ms: number;
  };
}

export type PaymentLinkRow = Selectable<PaymentLinkTables["payment_links"]>;

declare module "../../ground/db/schema.ts" {
  interface Schema extends PaymentLinkTables {}
}
