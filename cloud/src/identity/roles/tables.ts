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
  /** Roles, built-in and own, whose people must have a second factor. */
  second_factor_roles: { provider_id: string; role: string; since_ms: number };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RoleTables {}
}
