import type { ColumnType, Generated, Selectable } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";

export interface RenewalTables {
  renewals: {
    provider_id: string;
    party: Party;
    plan_id: string;
    site_id: string;
    active: Generated<boolean>;
    last_intent_id: string | null;
    next_at_ms: number;
    problem: string | null;
    renewal_id: string | null;
    phone_sealed: Buffer | null;
    phone_masked: string | null;
    suspended_at_ms: number | null;
    tries: Generated<number>;
    /** How often the phone was asked since the last package was bought. */
    prompts: Generated<number>;
    prompted_at_ms: ColumnType<number | null, number | null | undefined, number | null>;
    created_at_ms: number;
    changed_at_ms: number;
  };
}

export type RenewalRow = Selectable<RenewalTables["renewals"]>;

declare module "../../ground/db/schema.ts" {
  interface Schema extends RenewalTables {}
}
