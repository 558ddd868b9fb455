import type { Party } from "../../ground/amounts/parties.ts";
import type { Movement, ReceivedKind } from "./received-kinds.ts";

export interface LedgerTables {
  ledger_entries: {
    provider_id: string;
    entry_id: string;
    entry_key: string;
    kind: string;
    purchase_id: string | null;
    at_ms: number;
  };
  ledger_postings: {
    provider_id: string;
    entry_id: string;
    line: number;
    account: string;
    party: Party | null;
    currency: string;
    amount_cents: number;
  };
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
    purchase_id: string | null;
    rail: string | null;
    receipt: string | null;
  };
  /** Credit that open purchases hold: see `credit-holds.ts`. */
  credit_holds: { provider_id: string; purchase_id: string; party: Party; currency: string; amount_cents: number };
  float_limits: { provider_id: string; user_id: string; credit_cents: number };
}

/** What the list says of an entry, known to who posts it: the database then asks nobody, which costs more than the booking. */
export type ReceivedRow = Omit<LedgerTables["money_received"], "provider_id" | "entry_id" | "at_ms">;

declare module "../../ground/db/schema.ts" {
  interface Schema extends LedgerTables {}
}
