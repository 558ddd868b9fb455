import type { ProviderBody } from "@karibu/protocol/feed";
import type { ColumnType, Generated } from "kysely";

type Optional = ColumnType<number | null, number | null | undefined, number | null>;

export type PayWindow = NonNullable<ProviderBody["payWindow"]>;

export interface ProviderTables {
  providers: {
    provider_id: string;
    name: string;
    state: "active" | "suspended" | "deleted";
    currency: string;
    locale: "en" | "sw";
    /** What the portal speaks in place of it; null: that. */
    portal_language: ColumnType<string | null, string | null | undefined, string | null>;
    utc_offset_minutes: number;
    support_phone: string | null;
    /** What customers read in place of the name, and whom letters are from; null: the name, and the hub's own. */
    shown_name: ColumnType<string | null, string | null | undefined, string | null>;
    mail_name: ColumnType<string | null, string | null | undefined, string | null>;
    /** `<subdomain>.<the hub's host>` is for this provider only; null: there is none. */
    subdomain: ColumnType<string | null, string | null | undefined, string | null>;
    bridge_seconds: number;
    bridge_data_bytes: number;
    /** Internet outages of at least this length are credited; null: none. */
    outage_min_seconds: Optional;
    outage_max_seconds: Optional;
    /** Sales for cash that a seller may make at a site in a day. */
    seller_sales_per_day: Generated<number>;
    sells_unremembered: Generated<boolean>;
    /** What customers may do against the theft of their codes. */
    code_pause: Generated<boolean>;
    code_pin: Generated<boolean>;
    /** How often a code may go to another device in 24 hours; null: no limit. */
    code_moves_per_day: Optional;
    /** What sites give who pays by card meanwhile; null: nothing. */
    pay_window: ColumnType<PayWindow | null, string | null | undefined, string | null | undefined>;
    suspended_at_ms: Optional;
    /** While it is suspended, its sites go on selling until then. */
    sells_until_ms: Optional;
    /** Since when its people may only read, pay and refund: it owes the platform. */
    arrears_at_ms: Optional;
    /** Since when its sites sell nothing online, for the same reason. */
    sales_stopped_at_ms: Optional;
    /** It owes the platform, and no channel of the platform takes the money. */
    no_way_to_pay_at_ms: Optional;
    deleted_at_ms: Optional;
    /** A deleted provider can be restored until then. */
    purge_at_ms: Optional;
    created_at_ms: number;
    updated_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ProviderTables {}
}
