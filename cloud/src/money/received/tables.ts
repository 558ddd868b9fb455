/** How money crossed between customers and the provider. */
export const movements = ["received", "refunded", "returned", "disproved", "corrected"] as const;
export type Movement = (typeof movements)[number];

/** What a sum was for. `unmatched`: nobody knows yet whose it is. */
export const receivedKinds = [
  "purchase",
  "voucher",
  "subscription",
  "invoice",
  "credit",
  "deposit",
  "debt",
  "unmatched",
] as const;
export type ReceivedKind = (typeof receivedKinds)[number];

export interface ReceivedTables {
  /** Written by the database itself, from the ledger (`schema.sql`): nobody else writes it. */
  money_received: {
    provider_id: string;
    entry_id: string;
    currency: string;
    at_ms: number;
    /** Below zero: it went back, or was never there. */
    amount_cents: number;
    /** Or `cash`. */
    channel_id: string;
    /** Who took the cash: a user, a seller at sites or a reseller. Null: the office. */
    taken_by: string | null;
    kind: ReceivedKind;
    movement: Movement;
    state: "proved" | "told" | "entered";
    /** Empty: none. */
    site_id: string;
    intent_id: string | null;
    rail: string | null;
    receipt: string | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ReceivedTables {}
}
