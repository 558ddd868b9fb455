import type { ColumnType, Generated } from "kysely";
import type { RoleAttribute } from "../../ground/radius/radius-packets.ts";
import type { MappedRole, NameForm } from "./radius-policy.ts";

interface RadiusTables {
  console_radius: {
    provider_id: string;
    /** Null: `site_id` says whose router is asked, in the hub's tunnel. */
    host: string | null;
    site_id: string | null;
    port: number;
    secret_sealed: Uint8Array;
    names: NameForm;
    roles: ColumnType<string[], string, string>;
    role_attribute: RoleAttribute | null;
    role_map: ColumnType<MappedRole[], string, string>;
    /** Of the provider's own roles: the rights that somebody confirmed. */
    confirmed: ColumnType<Record<string, string[]>, string, string>;
    /** Since when it is this very server: host or site, port and secret. */
    server_at_ms: number;
    changed_at_ms: number;
    asked_at_ms: Generated<number | null>;
    outcome: Generated<string | null>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RadiusTables {}
}
