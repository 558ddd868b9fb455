import type { ColumnType } from "kysely";

export interface PageSettingsTables {
  customer_page_settings: {
    provider_id: string;
    is_open: boolean;
    codes_a_day: number;
    plan_ids: ColumnType<string[], string[], string[]>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends PageSettingsTables {}
}
