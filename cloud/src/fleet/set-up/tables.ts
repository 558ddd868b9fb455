import type { RouterFacts } from "@karibu/protocol/router/router-facts";
import type { SetUpChoices } from "@karibu/protocol/router/set-up-choices";
import type { ColumnType, Generated } from "kysely";
import type { StepStates } from "./report-policy.ts";

type Json<Value> = ColumnType<Value, Value | undefined, Value>;

export interface SetUpTables {
  site_set_ups: {
    provider_id: string;
    site_id: string;
    token_hash: string;
    token_expires_at_ms: number;
    begun_at_ms: number;
    template: Json<SetUpChoices | null>;
    serial: string | null;
    public_key: string | null;
    resume_hash: string | null;
    claimed_at_ms: number | null;
    other_router_at_ms: number | null;
    facts: Json<RouterFacts | null>;
    facts_at_ms: number | null;
    chosen_at_ms: number | null;
    cancelled_at_ms: number | null;
    steps: Json<StepStates>;
    image_sent_bytes: Generated<number>;
    image_bytes: number | null;
  };
  site_scripts: {
    provider_id: string;
    site_id: string;
    serial: string;
    facts: Json<RouterFacts>;
    choices: Json<SetUpChoices>;
    enrol_token_sealed: Uint8Array;
    radius_secret_sealed: Uint8Array;
    api_password_sealed: Uint8Array;
    back_up_key_sealed: Uint8Array | null;
    made_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends SetUpTables {}
}
