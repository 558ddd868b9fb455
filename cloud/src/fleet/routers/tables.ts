import type { ProofOutcome, RouterProofKind } from "@karibu/protocol/router/router-proofs";
import type { RouterRow } from "@karibu/protocol/router/router-views";
import type { ColumnType, Generated } from "kysely";
import type { InterfaceHour } from "./hour-of-figures.ts";

export interface RouterTables {
  router_readings: {
    provider_id: string;
    site_id: string;
    view: string;
    is_here: boolean;
    rows: ColumnType<readonly RouterRow[], string, string>;
    total: number;
    read_at_ms: number;
    kept_at_ms: number;
    is_stale: Generated<boolean>;
    problem: string | null;
    problem_at_ms: number | null;
  };
  router_figures: {
    provider_id: string;
    site_id: string;
    epoch: string;
    seq: number;
    from_ms: number;
    from_stamped_ms: number;
    packed: string | null;
    samples: number;
    cpu_percent: number | null;
    cpu_percent_max: number | null;
    free_memory_mib: number | null;
    total_memory_mib: number | null;
    free_disk_mib: number | null;
    sessions: number | null;
    temperature_tenths: number | null;
    interfaces: ColumnType<readonly InterfaceHour[], string, string>;
    received_at_ms: number;
  };
  router_proofs: {
    provider_id: string;
    site_id: string;
    version: string;
    board: string;
    kind: RouterProofKind;
    outcome: ProofOutcome;
    words: string | null;
    tried_at_ms: number;
  };
  router_watches: { provider_id: string; site_id: string; until_ms: number; next_at_ms: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RouterTables {}
}
