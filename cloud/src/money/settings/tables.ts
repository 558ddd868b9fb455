import type { ColumnType, Generated } from "kysely";

export interface MoneySettingsTables {
  money_settings: {
    provider_id: string;
    two_person_refunds: Generated<boolean>;
    strict_accounts: Generated<boolean>;
    sms_after_payment: Generated<boolean>;
    code_after_payment: Generated<boolean>;
    commission_permille: Generated<number>;
    refund_used: Generated<RefundUsed>;
    renewal_prompts_max: Generated<number>;
    corrections_need_second: Generated<boolean>;
    /** Null: the hub's default. */
    unverified_cents_max: ColumnType<number | null, number | null | undefined, number | null>;
  };
}

/** How much of a used package may be refunded: nothing, its unused part at most, or the amount that a person names. */
export type RefundUsed = "refuse" | "unused-part" | "any";

declare module "../../ground/db/schema.ts" {
  interface Schema extends MoneySettingsTables {}
}
