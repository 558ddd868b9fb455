import type { ColumnType } from "kysely";

export interface UsualHoursTables {
  site_usual_hours: {
    provider_id: string;
    site_id: string;
    log_ins_per_hour: ColumnType<number[], string, string>;
    weeks: number;
    learned_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends UsualHoursTables {}
}
