/** Finds the person or program behind a bearer token, and what they may do now. */
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { type Authenticate, readOnlyOf } from "../../ground/http/admit.ts";
import { type Permission, permissionsOf } from "../../ground/http/permissions.ts";
import { authenticateToken } from "../api-tokens/authenticate-token.ts";
import { actorOf, mayEnter } from "../credentials/actor-of.ts";
import { noteUse } from "../credentials/logins.ts";
import { hashOf, readToken } from "../credentials/tokens.ts";
import { rightsByRadius } from "../radius/radius-policy.ts";
import { authenticateSupport } from "../support-access/support-access.ts";

export function createAuthenticate(world: World, database: Database): Authenticate {
  return async (token) => {
    const claim = readToken(token);
    if (claim === null || claim.kind === "mail" || claim.kind === "web") return null;
    if (claim.kind === "imp") return authenticateSupport(world, database, claim.providerId, token);
    return database.asProvider(claim.providerId, async (tx) => {
      if (claim.kind === "api") return authenticateToken(world, tx, token);
      const nowMs = world.clock.wall().atMs;
      const row = claim.kind === "tab" ? await findTab(tx, token, nowMs) : await findLogin(tx, "token_hash", token);
      if (row === undefined || !mayGoOn(row)) return null;
      if (claim.kind === "login" && row.token_expires_at_ms <= nowMs) return null;
      await noteUse(tx, row, nowMs);
      return { actor: loginActor(row), readOnly: readOnlyOf(row), subdomain: row.subdomain };
    });
  };
}

type LoginRow = NonNullable<Awaited<ReturnType<typeof findLogin>>>;

/** Not where the person is switched off, the provider deleted, or the RADIUS server that opened the log-in is not the provider's any more. */
export const mayGoOn = (row: LoginRow): boolean => mayEnter(row) && rightsOf(row) !== null;

/** Of a log-in by RADIUS only what was confirmed; null: nothing any more. */
function rightsOf(row: LoginRow): readonly Permission[] | null {
  const rights = permissionsOf(row.role, row.role_permissions);
  const {
    radius_at_ms: radiusAtMs,
    radius_server_at_ms: serverAtMs,
    radius_roles: roles,
    radius_confirmed: confirmed,
  } = row;
  if (radiusAtMs === null) return rights;
  const now = serverAtMs === null || roles === null || confirmed === null ? null : { serverAtMs, roles, confirmed };
  return rightsByRadius({ radiusAtMs, role: row.role }, now, rights);
}

export function loginActor(row: LoginRow): Actor {
  const factor = { isOn: row.totp_confirmed, isRequired: row.factor_since_ms !== null, provedAtMs: row.factor_at_ms };
  return actorOf(row, rightsOf(row) ?? [], { kind: "login", id: row.login_id, factor });
}

export function findLogin(
  tx: Tx,
  column: "token_hash" | "refresh_hash" | "previous_refresh_hash",
  token: string,
  lock?: "lock",
) {
  return loginsWithUsers(tx)
    .where(`logins.${column}`, "=", hashOf(token))
    .$if(lock !== undefined, (builder) => builder.forUpdate("logins"))
    .executeTakeFirst();
}

/** The log-in behind a tab's access token. */
function findTab(tx: Tx, token: string, nowMs: number) {
  const named = tx
    .selectFrom("tab_tokens")
    .select("login_id")
    .where("token_hash", "=", hashOf(token))
    .where("expires_at_ms", ">", nowMs);
  return loginsWithUsers(tx).where("logins.login_id", "=", named).executeTakeFirst();
}

function loginsWithUsers(tx: Tx) {
  return tx
    .selectFrom("logins")
    .innerJoin("users", (join) =>
      join.onRef("users.provider_id", "=", "logins.provider_id").onRef("users.user_id", "=", "logins.user_id"),
    )
    .innerJoin("providers", "providers.provider_id", "logins.provider_id")
    .leftJoin("roles", (join) =>
      join.onRef("roles.provider_id", "=", "users.provider_id").onRef("roles.role_id", "=", "users.role"),
    )
    .leftJoin("second_factor_roles", (join) =>
      join
        .onRef("second_factor_roles.provider_id", "=", "users.provider_id")
        .onRef("second_factor_roles.role", "=", "users.role"),
    )
    .leftJoin("console_radius", "console_radius.provider_id", "logins.provider_id")
    .selectAll("logins")
    .select(["users.email", "users.name", "users.role", "users.active", "users.totp_confirmed"])
    .select([
      "providers.state",
      "providers.arrears_at_ms",
      "providers.subdomain",
      "roles.permissions as role_permissions",
    ])
    .select("second_factor_roles.since_ms as factor_since_ms")
    .select([
      "console_radius.server_at_ms as radius_server_at_ms",
      "console_radius.roles as radius_roles",
      "console_radius.confirmed as radius_confirmed",
    ]);
}
