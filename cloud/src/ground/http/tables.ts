export interface IdempotencyTables {
  idempotent_answers: {
    provider_id: string;
    route: string;
    idempotency_key: string;
    request_hash: string;
    status: number | null;
    answer_sealed: Uint8Array | null;
    begun_at_ms: number;
  };
}

declare module "../db/schema.ts" {
  interface Schema extends IdempotencyTables {}
}
