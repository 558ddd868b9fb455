import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { type Authenticate, readOnlyOf } from "../../ground/http/admit.ts";
import { permissionsOf } from "../../ground/http/permissions.ts";
import { actorOf, mayEnter } from "../credentials/actor-of.ts";
import { hashOf } from "../credentials/tokens.ts";

/** The last use is written at most this often: reading a list should not write. */
const lastUseEveryMs = 60_000;

/** An API token may do what its scopes name, as long as its creator may still do it. */
export async function authenticateToken(world: World, tx: Tx, token: string): ReturnType<Authenticate> {
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
    .select(["providers.state", "providers.arrears_at_ms", "providers.subdomain"])
    .select("roles.permissions as role_permissions")
    .where("api_tokens.token_hash", "=", hashOf(token))
    .executeTakeFirst();
  if (row === undefined || row.revoked_at_ms !== null || row.expires_at_ms <= nowMs || !mayEnter(row)) return null;
  if (row.last_used_at_ms === null || row.last_used_at_ms < nowMs - lastUseEveryMs)
    await tx.updateTable("api_tokens").set({ last_used_at_ms: nowMs }).where("token_id", "=", row.token_id).execute();
  const ofMaker = permissionsOf(row.role, row.role_permissions);
  const permissions = ofMaker.filter((permission) => row.scopes.includes(permission));
  const user = { ...row, name: `${row.user_name} (${row.name})` };
  return {
    actor: actorOf(user, permissions, { kind: "token", id: row.token_id }),
    readOnly: readOnlyOf(row),
    subdomain: row.subdomain,
  };
}
