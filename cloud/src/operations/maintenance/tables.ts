export interface MaintenanceTables {
  upkeep_runs: {
    name: string;
    every_ms: number;
    started_at_ms: number;
    finished_at_ms: number | null;
    outcome: string | null;
    failed: boolean;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends MaintenanceTables {}
}
