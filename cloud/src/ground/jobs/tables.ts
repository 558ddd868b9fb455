import type { ColumnType, Generated } from "kysely";

export interface JobTables {
  job_outbox: {
    job_id: string;
    seq: ColumnType<number, never, never>;
    name: string;
    data: ColumnType<object, object, never>;
    singleton_key: string | null;
    run_at_ms: number;
    tries: Generated<number>;
    state: Generated<"waiting" | "held" | "moving" | "running" | "dead">;
    taken_at_ms: number | null;
    last_error: string | null;
    created_at_ms: number;
  };
  dead_jobs: {
    job_id: string;
    name: string;
    queue: string;
    data: ColumnType<object, object, never>;
    error: string | null;
    tries: number;
    created_at_ms: number;
    died_at_ms: number;
  };
  job_counts: {
    name: string;
    hour_ms: number;
    done: Generated<number>;
    failed: Generated<number>;
    dead: Generated<number>;
    busy_ms: Generated<number>;
  };
}

declare module "../db/schema.ts" {
  interface Schema extends JobTables {}
}
