import type { ColumnType, Generated, Selectable } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Phase } from "./subscription-policy.ts";

type Later<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>;

export interface SubscriptionTables {
  subscriptions: {
    provider_id: string;
    subscription_id: string;
    kind: Generated<"line" | "package">;
    /** Null for a package: its party says whose it is. */
    customer_id: Later<string>;
    account_id: Later<string>;
    plan_id: string;
    plan_name: string;
    price_cents: number;
    currency: string;
    /** Null for a package: it ends as its plan says. */
    every_unit: Later<"day" | "week" | "month">;
    every_count: Later<number>;
    anchor_ms: number;
    /** The provider's minutes east of UTC when the anchor was set. */
    anchor_offset_minutes: Generated<number>;
    shifted_ms: Generated<number>;
    periods: number;
    paid_until_ms: number;
    auto_renew: boolean;
    standing_order: Generated<boolean>;
    cancel_at_end: Generated<boolean>;
    ended_at_ms: Later<number>;
    suspended_reason: Later<string>;
    paused_at_ms: Later<number>;
    pause_until_ms: Later<number>;
    promised_until_ms: Later<number>;
    promised_at_ms: Later<number>;
    bridged_until_ms: Later<number>;
    late_fee_for_ms: Later<number>;
    noted_phase: Phase;
    next_look_ms: Later<number>;
    /** How often the phone was asked since it was paid last. */
    prompts: Generated<number>;
    prompted_at_ms: Later<number>;
    created_at_ms: number;
    updated_at_ms: number;
  };
  subscription_packages: {
    provider_id: string;
    subscription_id: string;
    party: Party;
    plan_id: string;
    site_id: string;
    phone_sealed: Buffer | null;
    phone_masked: string | null;
    started_ms: number;
    last_purchase_id: string | null;
    problem: string | null;
    suspended_at_ms: number | null;
    tries: Generated<number>;
  };
  subscription_items: {
    provider_id: string;
    item_id: string;
    subscription_id: string;
    kind: "fee" | "late-fee" | "deposit" | "add-on";
    name: string;
    amount_cents: number;
    state: "open" | "paid" | "waived" | "returned";
    entry_id: Later<string>;
    made_by: string;
    made_at_ms: number;
    changed_at_ms: number;
  };
  subscription_log: {
    provider_id: string;
    log_id: string;
    subscription_id: string;
    at_ms: number;
    what: string;
    who: string;
    why: string | null;
    amount_cents: number | null;
    days: number | null;
    paid_until_ms: number;
    entry_id: string | null;
  };
  subscription_rules: {
    provider_id: string;
    plan_id: string;
    grace_seconds: number;
    after_way: "cut" | "page" | "slower";
    slow_down_kbps: number;
    slow_up_kbps: number;
    late_fee_cents: number;
    promise_days_max: number;
    pause_days_max: number;
  };
}

export type AnySubscriptionRow = Selectable<SubscriptionTables["subscriptions"]>;

/** An account's right to a plan, period by period. */
export type SubscriptionRow = AnySubscriptionRow & {
  readonly kind: "line";
  readonly customer_id: string;
  readonly account_id: string;
  readonly every_unit: "day" | "week" | "month";
  readonly every_count: number;
};

/** A phone's package, bought anew before the last one ends. */
export type PackageRow = AnySubscriptionRow & Selectable<SubscriptionTables["subscription_packages"]>;
export type ItemRow = Selectable<SubscriptionTables["subscription_items"]>;

declare module "../../ground/db/schema.ts" {
  interface Schema extends SubscriptionTables {}
}
