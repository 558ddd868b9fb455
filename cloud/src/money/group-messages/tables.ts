import type { ColumnType } from "kysely";
import type { GroupWho } from "./group-members.ts";

export interface GroupMessageTables {
  group_messages: {
    provider_id: string;
    group_id: string;
    class: "service" | "marketing";
    words: string;
    who: ColumnType<GroupWho, GroupWho, never>;
    count: number;
    state: "sending" | "stopped" | "done";
    made_by: string;
    idempotency_key: string;
    made_at_ms: number;
    changed_at_ms: number;
  };
  group_recipients: {
    provider_id: string;
    group_id: string;
    customer_id: string;
    state: "waiting" | "queued" | "skipped";
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends GroupMessageTables {}
}
