import type { ColumnType, Generated } from "kysely";

/** `stored`: whole in the store, and not proved yet. `missing`: it was in the store, and is not any more. */
export const runStates = [
  "waiting",
  "writing",
  "storing",
  "stored",
  "proving",
  "proved",
  "damaged",
  "missing",
  "failed",
] as const;
export type RunState = (typeof runStates)[number];

type Optional<Value> = ColumnType<Value | null, Value | null | undefined, Value | null>;

export interface BackupTables {
  backups_taken: { backup_id: string; at_ms: number; row_count: number; taken_by: "hub" | "command-line" };
  backup_runs: {
    backup_id: string;
    asked_at_ms: number;
    asked_by: string | null;
    state: RunState;
    beat_at_ms: number;
    done_bytes: Generated<number>;
    total_bytes: Optional<number>;
    name: Optional<string>;
    place: Optional<string>;
    at_ms: Optional<number>;
    bytes: Optional<number>;
    row_count: Optional<number>;
    content_sha256: Optional<string>;
    stored_at_ms: Optional<number>;
    proof_tried_at_ms: Optional<number>;
    proved_at_ms: Optional<number>;
    problem: Optional<string>;
    problem_text: Optional<string>;
    removed_at_ms: Optional<number>;
  };
}

export interface RevocationTables {
  /** The triggers in `schema.sql` write it, and nobody else. */
  revocations_noted: {
    seq: ColumnType<number, never, never>;
    target: string;
    row_key: ColumnType<Record<string, string>, never, never>;
    now_is: ColumnType<Record<string, unknown>, never, never>;
    removed: ColumnType<boolean, never, never>;
    noted_at_ms: ColumnType<number, never, never>;
  };
  revocation_stream: {
    only_row: Generated<boolean>;
    last_piece: number;
    lease: string | null;
    leased_until_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends BackupTables, RevocationTables {}
}
