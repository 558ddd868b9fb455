/** From a bearer token to who that is and what they may do now. */
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import { type Actor, type Credential, platformProviderId } from "../../ground/http/actor.ts";
import type { Authenticate } from "../../ground/http/admit.ts";
import { type Permission, permissionsOf } from "../../ground/http/permissions.ts";
import { hashOf, readToken } from "../credentials/tokens.ts";

/** A token's last use is noted this often at most: reading a list should not write. */
const lastUseEveryMs = 60_000;

/** What an impersonator may not do, whatever an owner may: let people or programs in, or carry everything away. */
const notForImpersonators: readonly Permission[] = [
  ...(["users.manage", "roles.manage", "tokens.manage", "provider.export"] as const),
];

export function createAuthenticate(world: World, database: Database): Authenticate {
  return async (token) => {
    const claim = readToken(token);
    if (claim === null || claim.kind === "mail") return null;
    if (claim.kind === "imp") {
      const known = await database.asProvider(claim.providerId, (tx) => byImpersonation(world, tx, token));
      return known !== null && (await mayStillImpersonate(database, known.actor.userId)) ? known : null;
    }
    return database.asProvider(claim.providerId, async (tx) => {
      if (claim.kind === "api") return byApiToken(world, tx, token);
      const row = await findLogin(tx, "token_hash", token);
      if (row === undefined || row.token_expires_at_ms <= world.clock.wall().atMs || !mayEnter(row)) return null;
      return { actor: loginActor(row), readOnly: row.state === "suspended", subdomain: row.subdomain };
    });
  };
}

type LoginRow = NonNullable<Awaited<ReturnType<typeof findLogin>>>;

export function mayEnter(row: { active: boolean; state: string }): boolean {
  return row.active && row.state !== "deleted";
}

export function loginActor(row: LoginRow): Actor {
  return actorOf(row, permissionsOf(row.role, row.role_permissions), { kind: "login", id: row.login_id });
}

export function actorOf(
  user: { user_id: string; provider_id: string; role: string; email: string; name: string },
  permissions: readonly Permission[],
  credential: Credential,
): Actor {
  const allowed = new Set<Permission>(permissions);
  return {
    userId: user.user_id,
    providerId: user.provider_id,
    role: user.role,
    email: user.email,
    name: user.name,
    permissions,
    credential,
    may: (permission) => allowed.has(permission),
  };
}

export function findLogin(
  tx: Tx,
  column: "token_hash" | "refresh_hash" | "previous_refresh_hash",
  token: string,
  lock?: "lock",
) {
  return tx
    .selectFrom("logins")
    .innerJoin("users", (join) =>
      join.onRef("users.provider_id", "=", "logins.provider_id").onRef("users.user_id", "=", "logins.user_id"),
    )
    .innerJoin("providers", "providers.provider_id", "logins.provider_id")
    .leftJoin("roles", (join) =>
      join.onRef("roles.provider_id", "=", "users.provider_id").onRef("roles.role_id", "=", "users.role"),
    )
    .selectAll("logins")
    .select(["users.email", "users.name", "users.role", "users.active", "providers.state", "providers.subdomain"])
    .select("roles.permissions as role_permissions")
    .where(`logins.${column}`, "=", hashOf(token))
    .$if(lock !== undefined, (builder) => builder.forUpdate("logins"))
    .executeTakeFirst();
}

/** What its scopes say, as far as the person who made it may still do it. */
async function byApiToken(world: World, tx: Tx, token: string): ReturnType<Authenticate> {
  const nowMs = world.clock.wall().atMs;
  const row = await tx
    .selectFrom("api_tokens")
    .innerJoin("users", (join) =>
      join.onRef("users.provider_id", "=", "api_tokens.provider_id").onRef("users.user_id", "=", "api_tokens.user_id"),
    )
    .innerJoin("providers", "providers.provider_id", "api_tokens.provider_id")
    .leftJoin("roles", (join) =>
      join.onRef("roles.provider_id", "=", "users.provider_id").onRef("roles.role_id", "=", "users.role"),
    )
    .selectAll("api_tokens")
    .select(["users.email", "users.name as user_name", "users.role", "users.active"])
    .select(["providers.state", "providers.subdomain"])
    .select("roles.permissions as role_permissions")
    .where("api_tokens.token_hash", "=", hashOf(token))
    .executeTakeFirst();
  if (row === undefined || row.revoked_at_ms !== null || row.expires_at_ms <= nowMs || !mayEnter(row)) return null;
  if (row.last_used_at_ms === null || row.last_used_at_ms < nowMs - lastUseEveryMs)
    await tx.updateTable("api_tokens").set({ last_used_at_ms: nowMs }).where("token_id", "=", row.token_id).execute();
  const makers = permissionsOf(row.role, row.role_permissions);
  const permissions = makers.filter((permission) => row.scopes.includes(permission));
  const user = { ...row, name: `${row.user_name} (${row.name})` };
  return {
    actor: actorOf(user, permissions, { kind: "token", id: row.token_id }),
    readOnly: row.state === "suspended",
    subdomain: row.subdomain,
  };
}

async function byImpersonation(world: World, tx: Tx, token: string): ReturnType<Authenticate> {
  const row = await tx
    .selectFrom("impersonations")
    .innerJoin("providers", "providers.provider_id", "impersonations.provider_id")
    .selectAll("impersonations")
    .select(["providers.state", "providers.subdomain"])
    .where("impersonations.token_hash", "=", hashOf(token))
    .executeTakeFirst();
  if (row === undefined || row.ended_at_ms !== null || row.expires_at_ms <= world.clock.wall().atMs) return null;
  if (row.state === "deleted") return null;
  const permissions = permissionsOf("owner").filter((permission) => !notForImpersonators.includes(permission));
  const admin = { user_id: row.admin_user_id, provider_id: row.provider_id, role: "owner" };
  const { admin_email: email, admin_name: name, expires_at_ms: endsAtMs, reason } = row;
  const credential = { kind: "impersonation", id: row.impersonation_id, endsAtMs, reason } as const;
  const actor = actorOf({ ...admin, email, name: `${name} (${platformProviderId})` }, permissions, credential);
  return { actor, readOnly: row.read_only || row.state === "suspended", subdomain: row.subdomain };
}

/** Looked at each time: an admin who is switched off, or is none any more, acts as nobody from then on. */
function mayStillImpersonate(database: Database, adminUserId: string): Promise<boolean> {
  return database.asProvider(platformProviderId, async (tx) => {
    const admin = await tx
      .selectFrom("users")
      .select(["role", "active"])
      .where("user_id", "=", adminUserId)
      .executeTakeFirst();
    return admin?.active === true && permissionsOf(admin.role).includes("providers.impersonate");
  });
}
