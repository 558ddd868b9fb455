import type { Generated } from "kysely";

export interface QuotaTables {
  provider_quotas: {
    provider_id: string;
    kind: string;
    /** For this provider alone. Null: its plan's, or the default. */
    limit_value: number | null;
    /** What the plan of the provider's subscription to the platform gives; null: it says nothing of this kind. */
    plan_limit: Generated<number | null>;
    changed_at_ms: number;
  };
  quota_days: {
    provider_id: string;
    kind: string;
    day_at_ms: number;
    used: number;
    reached_at_ms: number | null;
  };
  shared_tries: {
    provider_id: string;
    kind: string;
    subject: string;
    remaining: number;
    at_ms: number;
  };
}

declare module "../db/schema.ts" {
  interface Schema extends QuotaTables {}
}
