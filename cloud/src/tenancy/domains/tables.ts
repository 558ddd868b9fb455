import type { ColumnType } from "kysely";

/**
 * `waiting`: not proved yet. `proved`: customers find their page there. `lost`: its proof is missing, and it works for some days more. `shut`: its
 * proof was missing for too long, and it works no longer.
 */
export const domainStates = ["waiting", "proved", "lost", "shut"] as const;
export type DomainState = (typeof domainStates)[number];

type Optional = ColumnType<number | null, number | null | undefined, number | null>;

export interface DomainTables {
  provider_domains: {
    provider_id: string;
    domain_id: string;
    host: string;
    token: string;
    state: DomainState;
    /** When the proof was last seen. */
    proved_at_ms: Optional;
    lost_at_ms: Optional;
    checked_at_ms: Optional;
    created_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends DomainTables {}
}
