/** Users, roles, tokens, log-ins, support access, and the audit log of their changes. */
import type { Ground } from "../ground/create-ground.ts";
import type { District } from "../ground/district.ts";
import type { Authenticate } from "../ground/http/admit.ts";
import type { WriteAudit } from "../ground/http/audited.ts";
import { keptDaysUsual } from "../ground/jobs/kept-days.ts";
import { mailRoutes } from "../ground/mail/mail-routes.ts";
import { revokeTokensOf } from "./api-tokens/revoke-tokens.ts";
import { tokenRoutes } from "./api-tokens/token-routes.ts";
import { writeAudit } from "./audit/audit.ts";
import { auditRoutes } from "./audit/audit-routes.ts";
import { deviceKeptMs } from "./credentials/login-places.ts";
import { demandStanding } from "./credentials/logins.ts";
import { createProvePassword, createProveSelf, type ProveSelf } from "./credentials/prove-password.ts";
import { refreshLifeMs } from "./credentials/tokens.ts";
import { createAuthenticate, type FindDoor } from "./log-in/authenticate.ts";
import { loginRoutes } from "./log-in/login-routes.ts";
import { roleRoutes } from "./roles/role-routes.ts";
import { supportAccessRoutes } from "./support-access/support-access-routes.ts";
import { accountRoutes } from "./users/account-routes.ts";
import { tellAddressOwners } from "./users/add-person.ts";
import { invitationRoutes } from "./users/invitation-routes.ts";
import { writeResetLetters } from "./users/reset-letters.ts";
import { secondFactorRoutes } from "./users/second-factor-routes.ts";
import { userRoutes } from "./users/user-routes.ts";

export interface Identity extends District {
  readonly authenticate: Authenticate;
  readonly writeAudit: WriteAudit;
  readonly proveSelf: ProveSelf;
}

const dayMs = 86_400_000;

export interface IdentityParts {
  readonly passwordDoor: FindDoor;
  /** How long a refused log-in takes at least, where the password door is used; left out: a second. */
  readonly refusalMsLeast?: number | undefined;
}

export function createIdentity(ground: Ground, { passwordDoor, refusalMsLeast = 1000 }: IdentityParts): Identity {
  const { world, database } = ground;
  const provePassword = createProvePassword(world, database);
  const proveSelf = createProveSelf(world, provePassword);
  return {
    authenticate: createAuthenticate(world, database, passwordDoor),
    writeAudit: (tx, entry) => writeAudit(world, tx, entry),
    proveSelf,
    routes: [
      ...loginRoutes({ ...ground, passwordDoor, refusalMsLeast }),
      ...accountRoutes({ ...ground, provePassword, endTokensOf: revokeTokensOf }),
      ...secondFactorRoutes({ ...ground, provePassword }),
      ...mailRoutes({ ...ground, proveSelf, demandStanding }),
      ...userRoutes({ ...ground, proveSelf, endTokensOf: revokeTokensOf }),
      ...invitationRoutes({ ...ground, proveSelf }),
      ...roleRoutes({ ...ground, proveSelf }),
      ...tokenRoutes(world, database, provePassword),
      ...auditRoutes(),
      ...supportAccessRoutes(world),
    ],
    async registerJobs() {
      await tellAddressOwners(ground);
      await writeResetLetters(ground);
    },
    retention: [
      { table: "audit_readings", column: "last_at_ms", keptMs: keptDaysUsual.audit * dayMs, kind: "audit" },
      { table: "login_failures", column: "last_at_ms", keptMs: dayMs },
      { table: "login_places", column: "last_at_ms", keptMs: deviceKeptMs },
      { table: "logins", column: "refresh_expires_at_ms", keptMs: 0 },
      { table: "spent_refreshes", column: "spent_at_ms", keptMs: refreshLifeMs },
      { table: "tab_tokens", column: "expires_at_ms", keptMs: 0 },
      { table: "mailed_tokens", column: "expires_at_ms", keptMs: 30 * dayMs },
      { table: "api_tokens", column: "expires_at_ms", keptMs: 90 * dayMs },
    ],
  };
}
