export interface QuotaTables {
  provider_quotas: {
    provider_id: string;
    kind: string;
    /** Null: the default. */
    limit_value: number | null;
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
