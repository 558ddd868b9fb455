export interface ChannelHealthTables {
  channel_circuits: {
    provider_id: string;
    channel_id: string;
    failures: number;
    problem: string;
    failed_at_ms: number;
    opened_at_ms: number | null;
    open_until_ms: number | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ChannelHealthTables {}
}
