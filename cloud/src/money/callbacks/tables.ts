export interface CallbackTables {
  unmatched_callbacks: {
    unmatched_id: string;
    path: string;
    reason: string;
    /** Only of rows from before texts were sealed. */
    body: string;
    body_sealed: Buffer | null;
    remote_address: string | null;
    received_at_ms: number;
  };
  booked_spool_records: { record_id: string; booked_at_ms: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends CallbackTables {}
}
