import type { Generated } from "kysely";
import type { Outcome, PauseReason } from "./rollout-policy.ts";

export const channels = ["stable", "early"] as const;
export type Channel = (typeof channels)[number];

export interface ReleaseTables {
  releases: {
    release_id: string;
    version: string;
    minimal_image: string;
    bytes: number;
    sha256: string;
    bundle: Uint8Array;
    notes: string;
    uploaded_by: string;
    created_at_ms: number;
  };
  release_channels: {
    channel: Channel;
    release_id: string | null;
    percent: number;
    paused: boolean;
    pause_reason: PauseReason | "by-hand" | null;
    watch_since_ms: number;
    updated_at_ms: number;
  };
  site_releases: {
    provider_id: string;
    site_id: string;
    channel: Generated<Channel>;
    goes_first: Generated<boolean>;
    pinned_release_id: string | null;
    given_release_id: string | null;
    given_exact: Generated<boolean>;
    given_at_ms: number | null;
    good_release_id: string | null;
    failed_release_id: string | null;
    failed_at_ms: number | null;
    failed_why: string | null;
    outcome: Outcome | null;
    outcome_at_ms: number | null;
    outcome_why: string | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends ReleaseTables {}
}
