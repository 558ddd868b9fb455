export interface EventTables {
  event_counters: { provider_id: string; last_seq: number };
  events: {
    provider_id: string;
    seq: number;
    at_ms: number;
    topic: string;
    id: string;
    action: string;
  };
}

declare module "../db/schema.ts" {
  interface Schema extends EventTables {}
}
