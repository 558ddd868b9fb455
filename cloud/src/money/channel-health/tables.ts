import type { TroubleKind } from "../channels/channel-view.ts";
import type { ChannelTrouble } from "../evidence/evidence.ts";

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
  channel_troubles: {
    provider_id: string;
    channel_id: string;
    kind: TroubleKind;
    reason: ChannelTrouble["reason"];
    said: string;
    since_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ChannelHealthTables {}
}
