import type { RouterActionKind } from "@karibu/protocol/router/router-actions";
import type { RouterRow } from "@karibu/protocol/router/router-views";
import type { ColumnType, Generated } from "kysely";
import type { StoredAction } from "./order-policy.ts";

export const orderStates = [
  "waiting",
  "sent",
  "done",
  "differs",
  "refused",
  "undone",
  "expired",
  "unknown",
  "cancelled",
] as const;
export type OrderState = (typeof orderStates)[number];

export const bulkStates = ["running", "paused", "stopped", "done"] as const;
export type BulkState = (typeof bulkStates)[number];

export interface RouterOrderTables {
  router_bulks: {
    provider_id: string;
    bulk_id: string;
    action: ColumnType<StoredAction, StoredAction, never>;
    password_sealed: Uint8Array | null;
    site_ids: ColumnType<readonly string[], readonly string[], never>;
    first: number;
    pause_on_failure: boolean;
    expires_in_seconds: number;
    state: BulkState;
    begun: Generated<number>;
    failures_seen: Generated<number>;
    made_by: string;
    made_by_name: string;
    made_at_ms: number;
    ended_at_ms: number | null;
  };
  router_orders: {
    provider_id: string;
    order_id: string;
    site_id: string;
    bulk_id: string | null;
    kind: RouterActionKind;
    action: ColumnType<StoredAction, StoredAction, never>;
    password_sealed: Uint8Array | null;
    ordered_by: string;
    ordered_by_name: string;
    state: OrderState;
    ordered_at_ms: number;
    expires_at_ms: number;
    sent_at_ms: number | null;
    times_sent: Generated<number>;
    answered_at_ms: number | null;
    why: string | null;
    row: ColumnType<RouterRow | null, RouterRow | null, RouterRow | null>;
  };
  router_lanes: {
    provider_id: string;
    site_id: string;
    held_by: string | null;
    held_until_ms: Generated<number>;
    next_at_ms: number | null;
    budget_milli: number;
    budget_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RouterOrderTables {}
}
