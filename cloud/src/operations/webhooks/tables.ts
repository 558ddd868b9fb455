import type { ColumnType } from "kysely";

export interface WebhookTables {
  webhooks: {
    provider_id: string;
    webhook_id: string;
    name: string;
    url_sealed: Uint8Array;
    host: string;
    secret_sealed: Uint8Array;
    active: boolean;
    failing_since_ms: number | null;
    created_at_ms: number;
    updated_at_ms: number;
  };
  webhook_deliveries: {
    provider_id: string;
    delivery_id: string;
    webhook_id: string;
    event: string;
    body_sealed: Uint8Array;
    state: "waiting" | "delivered" | "failed";
    tries: ColumnType<number, number | undefined, number>;
    status: number | null;
    problem: string | null;
    created_at_ms: number;
    changed_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends WebhookTables {}
}
