import type { ColumnType } from "kysely";

interface AccessPointTables {
  site_access_points: {
    provider_id: string;
    site_id: string;
    address: string;
    name: string;
    made_at_ms: number;
    /** Null: not pinged yet. */
    state: ColumnType<"up" | "down" | null, undefined, "up" | "down">;
    loss_percent: ColumnType<number | null, undefined, number>;
    round_trip_us: ColumnType<number | null, undefined, number | null>;
    since_ms: ColumnType<number | null, undefined, number>;
    told_at_ms: ColumnType<number | null, undefined, number>;
  };
  access_point_changes: {
    provider_id: string;
    site_id: string;
    address: string;
    at_ms: number;
    state: "up" | "down";
    loss_percent: number;
    round_trip_us: number | null;
    epoch: string;
    seq: number;
    received_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends AccessPointTables {}
}
