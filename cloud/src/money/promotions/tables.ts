import type { Gift, Promotion } from "@karibu/protocol/offers/promotion";
import type { ColumnType } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";

/** `new`: who never bought anything here. `known`: who is in the provider's list of customers. */
export const audiences = ["everyone", "new", "known"] as const;

export interface PromotionTables {
  promotions: {
    provider_id: string;
    promotion_id: string;
    name: string;
    gift: ColumnType<Gift, string, string>;
    code: string | null;
    from_ms: number | null;
    until_ms: number | null;
    hours: ColumnType<Promotion["hours"], string, string>;
    plan_ids: ColumnType<string[], string, string>;
    site_ids: ColumnType<string[], string, string>;
    audience: (typeof audiences)[number];
    uses_max: number | null;
    per_phone_max: number | null;
    per_day_max: number | null;
    active: boolean;
    created_at_ms: number;
    updated_at_ms: number;
    deleted_at_ms: number | null;
  };
  promotion_uses: {
    provider_id: string;
    purchase_id: string;
    promotion_id: string;
    party: Party | null;
    day: number;
    state: "reserved" | "used" | "given-back";
    discount_cents: number;
    currency: string;
    at_ms: number;
  };
  promotion_rules: { provider_id: string; floor_cents: number; updated_at_ms: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends PromotionTables {}
}
