import type { Generated } from "kysely";

export interface QuestionTables {
  app_budgets: { provider_id: string; app: string; next_at_ms: Generated<number>; asked: Generated<number> };
  pull_spans: {
    provider_id: string;
    channel_id: string;
    from_ms: number;
    to_ms: number;
    rows: number;
    read_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends QuestionTables {}
}
