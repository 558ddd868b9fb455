import type { Generated } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { FailureReason } from "../evidence/evidence.ts";

export interface MatchingTables {
  pay_accounts: {
    provider_id: string;
    account_key: string;
    account_number: string;
    kind: "customer" | "site" | "order";
    party: Party | null;
    phone_hash: Party | null;
    customer_id: string | null;
    site_id: string | null;
    plan_id: string | null;
    invoice_id: string | null;
    active: Generated<boolean>;
    created_at_ms: number;
  };
  pay_number_counters: {
    provider_id: string;
    next_number: number;
  };
  invoice_prompts: {
    provider_id: string;
    prompt_id: string;
    /** It is of an invoice, or of a subscription; of neither: for its customer's credit. */
    invoice_id: string | null;
    subscription_id: string | null;
    channel_id: string;
    idempotency_key: string;
    secret_hash: string;
    account_number: string;
    phone_hash: Party;
    phone_masked: string;
    amount_cents: number;
    currency: string;
    state: "sending" | "prompted" | "paid" | "failed" | "unknown";
    reason: FailureReason | null;
    request_id: string | null;
    receipt: string | null;
    asked_by: string;
    created_at_ms: number;
    changed_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends MatchingTables {}
}
