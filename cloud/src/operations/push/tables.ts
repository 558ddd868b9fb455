import type { ColumnType, Generated } from "kysely";

export interface PushTables {
  push_keys: { only_row: Generated<boolean>; public_key: Uint8Array; private_sealed: Uint8Array; made_at_ms: number };
  push_subscriptions: {
    provider_id: string;
    login_id: string;
    user_id: string;
    service: string;
    address_sealed: Uint8Array;
    keys_sealed: Uint8Array;
    locale: "en" | "sw" | null;
    created_at_ms: number;
  };
  push_deliveries: {
    provider_id: string;
    delivery_id: string;
    login_id: string;
    body_sealed: Uint8Array;
    topic: string;
    is_urgent: boolean;
    state: "waiting" | "sent" | "failed";
    tries: ColumnType<number, number | undefined, number>;
    status: number | null;
    created_at_ms: number;
    changed_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends PushTables {}
}
