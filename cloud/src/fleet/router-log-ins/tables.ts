import type { RouterLogInLevel } from "@karibu/protocol/router/router-log-in";
import type { Generated } from "kysely";

/** `told`: the site knows that it ended. `away`: it could not be told, and ends it by itself. `not-taken`: the site never had it. */
export const passwordEnds = ["told", "away", "not-taken"] as const;
export type PasswordEnd = (typeof passwordEnds)[number];

export const logInKinds = ["accepted", "refused", "locked", "began", "ended"] as const;

interface RouterLogInTables {
  router_passwords: {
    provider_id: string;
    password_id: string;
    site_id: string;
    name: string;
    level: RouterLogInLevel;
    made_by: string;
    made_by_name: string;
    made_at_ms: number;
    expires_at_ms: number;
    ended_at_ms: Generated<number | null>;
    ended_by_name: Generated<string | null>;
    ended_how: Generated<PasswordEnd | null>;
    /** It is to end: whatever its person may still do, or where they may not make it any more. */
    leaving: Generated<"ask" | "end" | null>;
  };
  router_log_ins: {
    provider_id: string;
    site_id: string;
    epoch: string;
    seq: number;
    at_ms: number;
    name: string;
    what: (typeof logInKinds)[number];
    came_from: string | null;
    nas: string;
    received_at_ms: number;
    log_in_id: Generated<string>;
  };
}

declare module "../../ground/db/schema.ts" {
  interface Schema extends RouterLogInTables {}
}
