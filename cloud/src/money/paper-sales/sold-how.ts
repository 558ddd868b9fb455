/** By what it became known that a voucher was sold: its first use, a hand-over, a reseller's word or use, its refund. */
export type SoldHow = "used" | "handed-out" | "reseller" | "refunded";
