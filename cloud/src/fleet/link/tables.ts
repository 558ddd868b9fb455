import type { SiteDisk } from "@karibu/protocol/health";
import type { ColumnType, Generated } from "kysely";

export type CallAnswer =
  | { readonly result: unknown }
  | {
      readonly code: `${string}/${string}`;
      readonly message: string;
      readonly retry: "later" | "never";
      readonly hint?: string;
    };

export interface LinkTables {
  hub_processes: { process_id: string; seen_at_ms: number };
  site_links: {
    provider_id: string;
    site_id: string;
    process_id: string | null;
    link_id: string | null;
    remote_address: string | null;
    connected_at_ms: number | null;
    disconnected_at_ms: number | null;
    last_heard_at_ms: number | null;
    /** What its journal held when it linked. Null: it begins a new epoch. */
    told_epoch: string | null;
    told_seq: number | null;
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
    /** Null: not reported. */
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
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends LinkTables {}
}
