import type { ColumnType, Generated } from "kysely";

export type CallAnswer =
  | { readonly result: unknown }
  | {
      readonly code: `${string}/${string}`;
      readonly message: string;
      readonly retry: "later" | "never";
      readonly hint?: string;
    };

/** What a site says of its disk by the open link; null in the table: nothing. */
export type SiteDisk = "ok" | "refuses";

export interface LinkTables {
  hub_identity: {
    only_row: Generated<boolean>;
    generation: string;
    public_key: string;
    seed_sealed: Uint8Array;
    made_at_ms: number;
  };
  hub_processes: { process_id: string; seen_at_ms: number };
  enrolment_tokens: {
    provider_id: string;
    token_hash: string;
    site_id: string;
    expires_at_ms: number;
    used_at_ms: number | null;
    used_by_key: string | null;
  };
  agents: {
    provider_id: string;
    site_id: string;
    public_key: string;
    enrolled_at_ms: number;
    revoked_at_ms: number | null;
  };
  site_links: {
    provider_id: string;
    site_id: string;
    process_id: string | null;
    link_id: string | null;
    remote_address: string | null;
    connected_at_ms: number | null;
    disconnected_at_ms: number | null;
    last_heard_at_ms: number | null;
    connections: Generated<number>;
    protocol: number | null;
    agent_version: string | null;
    boot: number | null;
    epoch: string | null;
    last_seq: number | null;
    last_record_at_ms: number | null;
    last_record_received_at_ms: number | null;
    clock_quality: "synced" | "estimated" | "unknown" | null;
    damaged_records: Generated<number>;
    disk: SiteDisk | null;
    disk_since_ms: number | null;
  };
  link_answers: {
    provider_id: string;
    site_id: string;
    request_id: string;
    answer: ColumnType<Record<string, unknown>, Record<string, unknown>, never>;
    answered_at_ms: number;
  };
  site_calls: {
    provider_id: string;
    call_id: string;
    site_id: string;
    asked_by: string;
    asked_of: string;
    method: string;
    params: ColumnType<unknown, unknown, never>;
    asked_at_ms: number;
    deadline_at_ms: number;
    cancelled: Generated<boolean>;
    answer: ColumnType<CallAnswer | null, CallAnswer | null | undefined, CallAnswer>;
  };
  journal_epochs: {
    provider_id: string;
    site_id: string;
    epoch: string;
    last_seq: Generated<number>;
    forked: Generated<boolean>;
    begun_at_ms: number;
  };
  journal_records: {
    provider_id: string;
    site_id: string;
    epoch: string;
    seq: number;
    kind: string | null;
    at_ms: number | null;
    clock: string | null;
    received_at_ms: number;
    raw: ColumnType<unknown, never, never>;
    complaint: string | null;
  };
  journal_gaps: {
    provider_id: string;
    site_id: string;
    epoch: string;
    from_seq: number;
    to_seq: number;
    noticed_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends LinkTables {}
}
