/** A row of the list of money received: one for each entry that moved money between customers and the provider. The list is read in `money/received`. */

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
  /**
   * Written with the entry: by value, where who posts it knows the row (`ReceivedRow`), or by the database itself, which asks what the
   * entry was about (`karibu_write_received`). Both say the same: `received-by-value.test.ts` holds them against each other.
   */
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

/** What the list says of an entry, known to who posts it: the database then asks nobody, which costs more than the booking. */
export type ReceivedRow = Omit<ReceivedTables["money_received"], "provider_id" | "entry_id" | "at_ms">;

declare module "../../ground/db/schema.ts" {
  interface Schema extends ReceivedTables {}
}
