import type { ColumnType, Generated, GeneratedAlways } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";

type Day = ColumnType<Date, string, string>;

/** What reports read: see `schema.sql`. */
export interface RollUpTables {
  report_entries_waiting: { provider_id: string; entry_id: string };
  report_days_waiting: {
    provider_id: string;
    waiting_id: GeneratedAlways<number>;
    what: "log-ins" | "traffic" | "uplinks" | "everything";
    from_ms: number;
  };
  report_sales: {
    provider_id: string;
    day: Day;
    currency: string;
    site_id: string;
    plan_id: string;
    channel_id: string;
    seller_id: string;
    sold_cents: number;
    refunded_cents: number;
    sales: number;
    refunds: number;
    /** Of what was sold: taken in cash, which nothing else proves. */
    cash_cents: number;
    /** Its sums stand in `report_sales_by` too. */
    by_one: true;
    /** What was charged with these sales stands in `report_charges`. */
    with_charges: true;
  };
  report_charges: {
    provider_id: string;
    currency: string;
    day: Day;
    kind: string;
    plan_id: string;
    cents: number;
    lines: number;
  };
  report_sales_by: {
    provider_id: string;
    currency: string;
    kind: "day" | "plan" | "site" | "channel" | "seller";
    day: Day;
    key: string;
    sold_cents: number;
    refunded_cents: number;
    sales: number;
    refunds: number;
    /** Of what was sold: taken in cash, which nothing else proves. */
    cash_cents: number;
  };
  report_payer_months: {
    provider_id: string;
    currency: string;
    party: Party;
    month: string;
    payments: number;
    cents: number;
  };
  report_payers: {
    provider_id: string;
    currency: string;
    party: Party;
    payments: number;
    cents: number;
    first_ms: number | null;
    last_ms: number | null;
    due_ms: GeneratedAlways<number | null>;
  };
  report_cohorts: {
    provider_id: string;
    currency: string;
    cohort: string;
    month: string;
    payers: number;
    cents: number;
  };
  report_log_ins: { provider_id: string; day: Day; site_id: string; log_ins: number; devices: number };
  report_months: { provider_id: string; month: string; devices: number; stale: boolean };
  report_traffic: {
    provider_id: string;
    day: Day;
    site_id: string;
    input_bytes: number;
    output_bytes: number;
    online_seconds: number;
  };
  report_online: { provider_id: string; day: Day; most: number };
  site_uplinks: {
    provider_id: string;
    site_id: string;
    down_kbps: number;
    interface: string | null;
    updated_at_ms: number;
  };
  report_uplink_days: {
    provider_id: string;
    site_id: string;
    day: Day;
    hours: ColumnType<(number | null)[], string, string>;
  };
  report_rebuilds: {
    provider_id: string;
    phase: "payers" | "sales" | "log-ins" | "traffic" | "uplinks";
    first_day: ColumnType<Date | null, string | null, string | null>;
    next_day: ColumnType<Date | null, string | null, string | null>;
    begun_at_ms: number;
  };
  report_floors: {
    provider_id: string;
    sessions_ms: Generated<number>;
    rebuild_asked_at_ms: ColumnType<number | null, number | null | undefined, number | null>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RollUpTables {}
}
