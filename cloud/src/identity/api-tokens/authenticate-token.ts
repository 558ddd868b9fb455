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
      join.onRef("users.providerId", "=", "api_tokens.providerId").onRef("users.userId", "=", "api_tokens.userId"),
    )
    .innerJoin("providers", "providers.providerId", "api_tokens.providerId")
    .leftJoin("roles", (join) =>
      join.onRef("roles.providerId", "=", "users.providerId").onRef("roles.roleId", "=", "users.role"),
    )
    .selectAll("api_tokens")
    .select(["users.email", "users.name as userName", "users.role", "users.active"])
    .select(["providers.state", "providers.arrearsAtMs", "providers.subdomain"])
    .select("roles.permissions as rolePermissions")
    .where("api_tokens.tokenHash", "=", hashOf(token))
    .executeTakeFirst();
  if (row === undefined || row.revokedAtMs !== null || row.expiresAtMs <= nowMs || !mayEnter(row)) return null;
  if (row.lastUsedAtMs === null || row.lastUsedAtMs < nowMs - lastUseEveryMs)
    await tx.updateTable("api_tokens").set({ lastUsedAtMs: nowMs }).where("tokenId", "=", row.tokenId).execute();
  const ofMaker = permissionsOf(row.role, row.rolePermissions);
  const permissions = ofMaker.filter((permission) => row.scopes.includes(permission));
  const user = { ...row, name: `${row.userName} (${row.name})` };
  return {
    actor: actorOf(user, permissions, { kind: "token", id: row.tokenId }),
    readOnly: readOnlyOf(row),
    subdomain: row.subdomain,
  };
}
