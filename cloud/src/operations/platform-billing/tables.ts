import type { ColumnType, Generated } from "kysely";
import type { QuotaKind } from "../../ground/quotas/quota-policy.ts";

export type PlanLimits = Partial<Record<QuotaKind, number>>;

export interface PlatformBillingTables {
  platform_plans: {
    provider_id: string;
    plan_id: string;
    name: string;
    price_cents: number;
    currency: string;
    every_months: number;
    trial_days: number;
    limits: ColumnType<PlanLimits, PlanLimits, PlanLimits>;
    active: boolean;
    for_new: boolean;
    created_at_ms: number;
    updated_at_ms: number;
  };
  platform_subscriptions: {
    provider_id: string;
    plan_id: string;
    next_plan_id: string | null;
    anchor_ms: number;
    every_months: number;
    utc_offset_minutes: number;
    created_at_ms: number;
    ended_at_ms: Generated<number | null>;
  };
  platform_charges: {
    provider_id: string;
    period: number;
    plan_id: string;
    plan_name: string;
    amount_cents: number;
    currency: string;
    every_months: number;
    from_ms: number;
    until_ms: number;
    due_at_ms: number;
    invoice_id: string;
    created_at_ms: number;
  };
  platform_notices: {
    provider_id: string;
    period: number;
    ordinal: number;
    sent_at_ms: number;
    waived_ms: ColumnType<number, number | undefined, number>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends PlatformBillingTables {}
}
