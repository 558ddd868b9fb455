import type { ColumnType, Generated } from "kysely";

export interface JournalTables {
  journal_epochs: {
    provider_id: string;
    site_id: string;
    epoch: string;
    last_seq: Generated<number>;
    forked: Generated<boolean>;
    begun_at_ms: number;
    /** The recall that the site took in to its end under this epoch; null: none. */
    recalled: Generated<string | null>;
    /** `last_seq` in the back-up that was restored last; null: none was, or the epoch is newer. */
    restored_seq: Generated<number | null>;
  };
  journal_records: {
    provider_id: string;
    site_id: string;
    epoch: string;
    seq: number;
    kind: string | null;
    at_ms: number | null;
    clock: string | null;
    received_at_ms: number;
    raw: ColumnType<unknown, never, never>;
    complaint: string | null;
  };
  journal_gaps: {
    provider_id: string;
    site_id: string;
    epoch: string;
    from_seq: number;
    to_seq: number;
    noticed_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends JournalTables {}
}
