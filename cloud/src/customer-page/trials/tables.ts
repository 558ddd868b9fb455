import type { ColumnType } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";

export interface TrialTables {
  trial_codes: {
    provider_id: string;
    code_id: string;
    party: Party;
    code_sealed: ColumnType<Uint8Array, Uint8Array, Uint8Array>;
    tries: number;
    /** Used, or replaced by a newer one. */
    used_at_ms: ColumnType<number | null, number | null | undefined, number | null>;
    made_at_ms: number;
    expires_at_ms: number;
  };
  trial_claims: {
    provider_id: string;
    party: Party;
    /** Null: of before, or erased. */
    phone_masked: string | null;
    plan_id: string;
    site_id: string;
    grant_id: string;
    claimed_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends TrialTables {}
}
