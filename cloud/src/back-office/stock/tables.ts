import type { ColumnType, Selectable } from "kysely";

type Later<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>;

export const movementReasons = [
  ...(["received", "moved", "taken", "lent", "sold", "returned", "lost", "found", "used"] as const),
] as const;
export type MovementReason = (typeof movementReasons)[number];
export const holdings = ["own", "lent", "sold", "lost"] as const;
export type Holding = (typeof holdings)[number];

export interface StockTables {
  stock_kinds: {
    provider_id: string;
    kind_id: string;
    name: string;
    has_serials: boolean;
    unit: string;
    active: boolean;
    created_at_ms: number;
  };
  stock_stores: { provider_id: string; store_id: string; name: string; active: boolean; created_at_ms: number };
  stock_items: {
    provider_id: string;
    item_id: string;
    kind_id: string;
    serial: string;
    serial_key: string;
    place: string;
    holding: Holding;
    customer_id: Later<string>;
    installation_id: Later<string>;
    asked_back_ms: Later<number>;
    received_at_ms: number;
    changed_at_ms: number;
  };
  stock_movements: {
    provider_id: string;
    movement_id: string;
    kind_id: string;
    item_id: string | null;
    quantity: number;
    from_place: string;
    to_place: string;
    why: MovementReason;
    note: string | null;
    who: string;
    user_id: string | null;
    at_ms: number;
  };
  stock_balances: { provider_id: string; kind_id: string; place: string; quantity: number };
}

export type StockItemRow = Selectable<StockTables["stock_items"]>;
export type StockKindRow = Selectable<StockTables["stock_kinds"]>;

declare module "../../ground/db/schema.ts" {
  interface Schema extends StockTables {}
}
