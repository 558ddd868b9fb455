import type { ColumnType, Generated } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";

/** Null until it is known, or until a person turns the claim down. */
type Late<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>;

export interface ClaimTables {
  payment_claims: {
    provider_id: string;
    claim_id: string;
    receipt: string | null;
    amount_cents: number | null;
    phone_hash: Party | null;
    phone_masked: string | null;
    site_id: string | null;
    user_id: string | null;
    purchase_id: string | null;
    state: "open" | "asked" | "settled" | "refused";
    outcome: string | null;
    created_at_ms: number;
    changed_at_ms: number;
    seen_at_ms: number | null;
    /** The number that was typed, MSISDN. */
    phone_sealed: Late<Buffer>;
    /** The money that a person said it means. */
    linked_receipt: Late<string>;
    /** How often it was made; what the page repeats by itself does not count. */
    times: Generated<number>;
    said_at_ms: Late<number>;
    turned_down_reason: Late<string>;
    turned_down_by: Late<string>;
    turned_down_at_ms: Late<number>;
  };
  message_addresses: {
    provider_id: string;
    channel_id: string;
    token_hash: string;
    token_sealed: Buffer;
    made_at_ms: number;
    replaced_at_ms: Late<number>;
    last_at_ms: Late<number>;
  };
  sim_inboxes: {
    provider_id: string;
    site_id: string;
    channel_id: string;
    sender: string;
    since_ms: number;
    state: Late<string>;
    state_at_ms: Late<number>;
    last_at_ms: Late<number>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ClaimTables {}
}
