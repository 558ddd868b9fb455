/** By what it became known that a voucher was sold: its first use, a hand-over, a reseller's word or use, its refund. */
export type SoldHow = "used" | "handed-out" | "reseller" | "refunded";

export interface PaperSaleTables {
  /** Each voucher whose sale is in the books: once, whoever books it. */
  voucher_sales: {
    provider_id: string;
    batch_id: string;
    serial: number;
    how: SoldHow;
    /** Where it was used first. Null: it was booked before that. */
    site_id: string | null;
    /** Of what was used, by the site's clock. Read it by `soldAt`. */
    sold_at_ms: number;
    epoch: string | null;
    seq: number | null;
    booked_at_ms: number;
    price_cents: number;
    currency: string;
    entry_id: string;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends PaperSaleTables {}
}
