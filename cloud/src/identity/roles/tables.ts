import type { ColumnType } from "kysely";

export interface RoleTables {
  roles: {
    provider_id: string;
    role_id: string;
    name: string;
    permissions: ColumnType<string[], string, string>;
    created_at_ms: number;
    updated_at_ms: number;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RoleTables {}
}
