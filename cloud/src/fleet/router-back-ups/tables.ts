import type { ColumnType, Generated } from "kysely";
import type { Cause } from "./who-changed.ts";

export const backUpStates = ["waiting", "making", "done", "failed"] as const;
export const backUpCauses = ["person", "schedule", "before-restore", "after-restore", "before-upgrade"] as const;
/**
 * `saving`: a back-up of what is there now is made first. `sent`: the router fetches the file. `restarting`: it loads it. `back`: it answers
 * again, restarted. `failed`: nothing was restored. `silent`: it has not answered for long.
 */
export const restoreStates = ["saving", "sent", "restarting", "back", "failed", "silent"] as const;
export const schedulePeriods = ["off", "day", "week"] as const;

export interface RouterBackUpTables {
  router_back_ups: {
    provider_id: string;
    back_up_id: string;
    site_id: string;
    cause: (typeof backUpCauses)[number];
    state: (typeof backUpStates)[number];
    ordered_by: string | null;
    ordered_by_name: string;
    ordered_at_ms: number;
    expires_at_ms: number;
    tries: Generated<number>;
    held_by: string | null;
    held_until_ms: Generated<number>;
    next_at_ms: number;
    received_bytes: Generated<number>;
    ended_at_ms: number | null;
    why: string | null;
    board: string | null;
    version: string | null;
    serial: string | null;
    mark: string | null;
    key_sealed: Uint8Array | null;
    password_sealed: Uint8Array | null;
    binary_bytes: Generated<number>;
    export_bytes: Generated<number>;
    differences: number | null;
    causes: ColumnType<readonly Cause[], string | undefined, string>;
  };
  router_back_up_files: {
    provider_id: string;
    back_up_id: string;
    part: "binary" | "export";
    sha256: string;
    content: Uint8Array;
  };
  router_back_up_schedules: {
    provider_id: string;
    every: (typeof schedulePeriods)[number];
    kept: number;
    changed_at_ms: number;
    /** In minutes of the provider's day; both null: at any time. */
    from_minute: number | null;
    until_minute: number | null;
  };
  /** A site without a row is backed up as all are. */
  router_back_up_site_schedules: {
    provider_id: string;
    site_id: string;
    every: (typeof schedulePeriods)[number];
    changed_at_ms: number;
  };
  router_restores: {
    provider_id: string;
    restore_id: string;
    site_id: string;
    back_up_id: string;
    before_id: string;
    state: (typeof restoreStates)[number];
    ordered_by: string;
    ordered_by_name: string;
    ordered_at_ms: number;
    held_by: string | null;
    held_until_ms: Generated<number>;
    next_at_ms: number;
    ticket_hash: string | null;
    ticket_until_ms: number | null;
    fetched_at_ms: number | null;
    sent_at_ms: number | null;
    ended_at_ms: number | null;
    why: string | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RouterBackUpTables {}
}
