import type { Generated } from "kysely";

export interface MatchingTables {
  pay_accounts: {
    provider_id: string;
    account_key: string;
    account_number: string;
    kind: "customer" | "site" | "order";
    party: string | null;
    phone_hash: string | null;
    customer_id: string | null;
    site_id: string | null;
    plan_id: string | null;
    invoice_id: string | null;
    active: Generated<boolean>;
    created_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends MatchingTables {}
}
