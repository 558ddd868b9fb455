import type { Party } from "../../ground/amounts/parties.ts";

export interface LedgerTables {
  ledger_entries: {
    provider_id: string;
    entry_id: string;
    entry_key: string;
    kind: string;
    intent_id: string | null;
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
  /** Credit that open purchases hold: see `credit-holds.ts`. */
  credit_holds: { provider_id: string; intent_id: string; party: Party; currency: string; amount_cents: number };
  float_limits: { provider_id: string; user_id: string; credit_cents: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends LedgerTables {}
}
