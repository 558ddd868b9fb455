import type { FeedKind } from "@karibu/protocol/feed";
import type { ReturnReason, Verdict } from "./judge-returned.ts";
import type { RevokedKind } from "./revoked-again.ts";

export interface RestoredTables {
  restores: { generation: string; back_up_at_ms: number; restored_at_ms: number };
  restored_sites: {
    provider_id: string;
    generation: string;
    site_id: string;
    offered: number;
    taken: number;
    kept: number;
    gone: number;
    bytes: number;
    left_over: number;
    records: number | null;
    begun_at_ms: number;
    done_at_ms: number | null;
  };
  restored_rows: {
    provider_id: string;
    kind: FeedKind;
    key: string;
    site_id: string;
    generation: string;
    version: number;
    verdict: Verdict;
    reason: ReturnReason;
    label: string;
    at_ms: number;
  };
  revoked_again: {
    provider_id: string;
    generation: string;
    what: RevokedKind;
    subject_id: string;
    label: string;
    revoked_at_ms: number;
    repeated_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RestoredTables {}
}
