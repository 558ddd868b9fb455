import type { PlacePrice } from "@karibu/protocol/offers/place-price";
import type { Terms, Trial } from "@karibu/protocol/plan";
import type { ColumnType } from "kysely";

export interface PlanTables {
  plans: {
    provider_id: string;
    plan_id: string;
    name: string;
    price_cents: number;
    currency: string;
    active: boolean;
    terms: ColumnType<Terms, Terms, Terms>;
    prices: ColumnType<PlacePrice[], string | undefined, string>;
    /** Given to try, and never sold; null: it is no trial. */
    trial: ColumnType<Trial | null, string | null | undefined, string | null>;
    group_id: ColumnType<string | null, string | null | undefined, string | null>;
    archived_at_ms: ColumnType<number | null, number | null | undefined, number | null>;
    created_at_ms: number;
    updated_at_ms: number;
    deleted_at_ms: number | null;
  };
  plan_groups: {
    provider_id: string;
    group_id: string;
    name: string;
    position: number;
    created_at_ms: number;
    updated_at_ms: number;
    deleted_at_ms: number | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends PlanTables {}
}
