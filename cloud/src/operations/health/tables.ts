export interface HealthTables {
  machine_loads: { machine: string; busy_percent: number; told_at_ms: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends HealthTables {}
}
