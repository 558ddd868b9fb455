import type { RouterTestStepState, TestedRouter } from "@karibu/protocol/router/router-test";
import type { ColumnType } from "kysely";

type Json<Value> = ColumnType<Value, string, string>;

export interface RouterAccessTables {
  router_access: {
    provider_id: string;
    site_id: string;
    port: number;
    user_name: string;
    password_sealed: Uint8Array;
    changed_at_ms: number;
  };
  router_tests: {
    provider_id: string;
    site_id: string;
    test_id: string;
    host_id: string;
    port: number;
    user_name: string;
    password_sealed: Uint8Array | null;
    asked_at_ms: number;
    expires_at_ms: number;
    taken_at_ms: number | null;
    ended_at_ms: number | null;
    steps: Json<readonly RouterTestStepState[]>;
    router: ColumnType<TestedRouter | null, string | null, string | null>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RouterAccessTables {}
}
