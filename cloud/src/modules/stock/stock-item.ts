import type { Selectable } from "kysely";
import type { Schema } from "../../ground/db/schema.ts";

export const movementReasons = [
  ...(["received", "moved", "taken", "lent", "sold", "returned", "lost", "found", "used"] as const),
] as const;
export type MovementReason = (typeof movementReasons)[number];

export const holdings = ["own", "lent", "sold", "lost"] as const;
export type Holding = (typeof holdings)[number];

export type StockItemRow = Selectable<Schema["stock_items"]>;

export type StockKindRow = Selectable<Schema["stock_kinds"]>;
