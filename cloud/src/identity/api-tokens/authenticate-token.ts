import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { processClockSlackMs } from "../../ground/db/hub-clock.ts";
import { type Authenticate, readOnlyOf } from "../../ground/http/admit.ts";
import { permissionsOf } from "../../ground/http/permissions.ts";
import { actorOf, mayEnter } from "../credentials/actor-of.ts";
import { hashOf } from "../credentials/tokens.ts";

/** The last use is written at most this often: reading a list should not write. */
const lastUseEveryMs = 60_000;

/** A program whose answer got lost asks again within this. */
const lostAnswerMs = 3_600_000;

/**
 * An API token may do what its scopes name, as long as its creator may still do it.
 * @param former a secret that its program renewed by itself counts too, as long as nobody has used the new one
 */
export async function authenticateToken(
  world: World,
  tx: Tx,
  token: string,
  former?: "former",
): ReturnType<Authenticate> {
  const nowMs = world.clock.wall().atMs;
  const present = await tokensWithMakers(tx).where("api_tokens.tokenHash", "=", hashOf(token)).executeTakeFirst();
  const row = present ?? (former === undefined ? undefined : await findFormer(tx, token, nowMs));
  if (row === undefined || row.revokedAtMs !== null || row.expiresAtMs <= nowMs || !mayEnter(row)) return null;
  const isNewlyUsed = present !== undefined && row.formerHash !== null;
  if (isNewlyUsed || row.lastUsedAtMs === null || row.lastUsedAtMs < nowMs - lastUseEveryMs)
    await tx
      .updateTable("api_tokens")
      .set({ lastUsedAtMs: nowMs, ...(isNewlyUsed ? { formerHash: null } : {}) })
      .where("tokenId", "=", row.tokenId)
      .where("tokenHash", "=", row.tokenHash)
      .execute();
  const ofMaker = permissionsOf(row.role, row.rolePermissions);
  const permissions = ofMaker.filter((permission) => row.scopes.includes(permission));
  const user = { ...row, name: `${row.userName} (${row.name})` };
  return {
    actor: actorOf(user, permissions, { kind: "token", id: row.tokenId }),
    readOnly: readOnlyOf(row),
    subdomain: row.subdomain,
  };
}

const findFormer = (tx: Tx, token: string, nowMs: number) =>
  tokensWithMakers(tx)
    .where("api_tokens.formerHash", "=", hashOf(token))
    .where("api_tokens.renewedAtMs", ">", nowMs - lostAnswerMs)
    .where("api_tokens.renewedAtMs", "<=", nowMs + processClockSlackMs)
    .executeTakeFirst();

function tokensWithMakers(tx: Tx) {
  return tx
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
    .select("roles.permissions as rolePermissions");
}
