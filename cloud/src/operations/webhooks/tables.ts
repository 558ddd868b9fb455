import type { ColumnType } from "kysely";
import type { BusinessEvent } from "./business-events.ts";

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
    events: ColumnType<BusinessEvent[], string | undefined, string>;
    switched_off_at_ms: ColumnType<number | null, number | null | undefined, number | null>;
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
    /** Null: an alarm, or a test. */
    event_key: ColumnType<string | null, string | null | undefined, never>;
  };
  webhook_cursors: { provider_id: string; seq: number };
  webhook_facts: { provider_id: string; event: BusinessEvent; thing: string };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends WebhookTables {}
}
