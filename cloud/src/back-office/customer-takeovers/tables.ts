import type { ColumnType } from "kysely";
import type { DateOrder } from "./cell-values.ts";
import type { CustomerSource } from "./customer-file.ts";
import type { Totals } from "./plan-customers.ts";

export interface CustomerTakeoverTables {
  customer_takeovers: {
    provider_id: string;
    takeover_id: string;
    source: CustomerSource;
    state: "done" | "undone";
    totals: ColumnType<Totals, Totals, never>;
    done_by: string;
    done_at_ms: number;
    undone_by: string | null;
    undone_at_ms: number | null;
  };
  customer_takeover_lines: {
    provider_id: string;
    takeover_id: string;
    line: number;
    customer_id: string;
    made_customer: boolean;
    account_id: string | null;
    subscription_id: string | null;
    entry_id: string | null;
  };
  customer_column_choices: {
    provider_id: string;
    header_hash: string;
    columns: ColumnType<readonly (string | null)[], readonly (string | null)[], readonly (string | null)[]>;
    date_order: DateOrder | null;
    chosen_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends CustomerTakeoverTables {}
}
