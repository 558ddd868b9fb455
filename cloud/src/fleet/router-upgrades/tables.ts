import type { Generated } from "kysely";
import type { SiteStep } from "./upgrade-policy.ts";

export const upgradeStates = ["running", "paused", "stopped", "done"] as const;

export interface RouterUpgradeTables {
  router_upgrades: {
    provider_id: string;
    upgrade_id: string;
    channel: "long-term" | "stable";
    version: string;
    healthy_minutes: number;
    window_from_minute: number | null;
    window_until_minute: number | null;
    state: (typeof upgradeStates)[number];
    begun: Generated<number>;
    failures_seen: Generated<number>;
    made_by: string;
    made_by_name: string;
    made_at_ms: number;
    ended_at_ms: number | null;
  };
  router_upgrade_sites: {
    provider_id: string;
    upgrade_id: string;
    site_id: string;
    place: number;
    state: SiteStep;
    from_version: string | null;
    back_up_id: string | null;
    order_id: string | null;
    since_ms: number;
    why: string | null;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RouterUpgradeTables {}
}
