import type { Selectable } from "kysely";

export const outageModes = ["off", "ask", "auto"] as const;
export type OutageMode = (typeof outageModes)[number];
export const outageStates = ["found", "told", "dismissed", "over", "cancelled"] as const;
export type OutageState = (typeof outageStates)[number];

export interface OutageTables {
  outage_rules: {
    provider_id: string;
    mode: OutageMode;
    after_minutes: number;
    tells_back: boolean;
    quiet_from_minute: number | null;
    quiet_until_minute: number | null;
    per_minute: number;
  };
  outage_wishes: { provider_id: string; customer_id: string; wished: boolean; how: string; since_ms: number };
  outages: {
    provider_id: string;
    outage_id: string;
    site_id: string;
    kind: "outage" | "maintenance";
    state: OutageState;
    since_ms: number;
    until_ms: number | null;
    words: string | null;
    decided_by: string | null;
    made_at_ms: number;
    changed_at_ms: number;
  };
  outage_notices: {
    provider_id: string;
    outage_id: string;
    customer_id: string;
    phase: "down" | "back";
    state: "waiting" | "sent" | "skipped";
    at_ms: number;
  };
}

export type OutageRow = Selectable<OutageTables["outages"]>;

declare module "../../ground/db/schema.ts" {
  interface Schema extends OutageTables {}
}
