import type { Generated } from "kysely";

export interface EnrolmentTables {
  hub_identity: {
    only_row: Generated<boolean>;
    generation: string;
    public_key: string;
    seed_sealed: Uint8Array;
    made_at_ms: number;
  };
  enrolment_tokens: {
    provider_id: string;
    token_hash: string;
    site_id: string;
    expires_at_ms: number;
    used_at_ms: number | null;
    used_by_key: string | null;
  };
  readmissions: {
    provider_id: string;
    site_id: string;
    readmission_id: string;
    public_key: string;
    token_hash: string;
    remote_address: string;
    asked_at_ms: number;
    last_asked_at_ms: number;
  };
  agents: {
    provider_id: string;
    site_id: string;
    public_key: string;
    enrolled_at_ms: number;
    revoked_at_ms: number | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends EnrolmentTables {}
}
