import type { Generated } from "kysely";

export interface EvidenceTables {
  evidence: {
    provider_id: string;
    evidence_id: string;
    channel_id: string;
    purchase_id: string | null;
    source: string;
    natural_key: string;
    body_hash: string;
    /** Only of rows from before texts were sealed, until `sealOldBodies` has been there. */
    body: string;
    /** Null: its text was removed by age, or is in `body` still. */
    body_sealed: Buffer | null;
    remote_address: string | null;
    received_at_ms: number;
    state: "new" | "parked" | "done" | "unmatched";
    outcome: string | null;
    /** How often judging it has failed. */
    tries: Generated<number>;
    receipt: string | null;
    /** When a person reviewed this unmatched callback. */
    seen_at_ms: number | null;
  };
  repeated_evidence: {
    provider_id: string;
    source: string;
    natural_key: string;
    body_hash: string;
    first_again_at_ms: number;
  };
  unread_evidence: {
    provider_id: string;
    source: string;
    what: string;
    times: Generated<number>;
    evidence_id: string | null;
    first_at_ms: number;
    last_at_ms: number;
    seen_at_ms: number | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends EvidenceTables {}
}
