/** Finds the person or program behind a bearer token, and what they may do now. */
import type { World } from "@karibu/protocol/world";
import type { Database, Tx } from "../../ground/db/database.ts";
import { endsAtMost, hasEnded } from "../../ground/db/hub-clock.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { type Authenticate, readOnlyOf } from "../../ground/http/admit.ts";
import { permissionsOf } from "../../ground/http/permissions.ts";
import { authenticateToken } from "../api-tokens/authenticate-token.ts";
import { actorOf, mayEnter } from "../credentials/actor-of.ts";
import { noteUse } from "../credentials/logins.ts";
import { accessLifeMs, hashOf, readToken, refreshLifeMs } from "../credentials/tokens.ts";
import { authenticateSupport } from "../support-access/support-access.ts";
import type { PasswordDoor } from "./password-door.ts";

/** Null: the hub is run without one. */
export type FindDoor = () => PasswordDoor | null;

export function createAuthenticate(world: World, database: Database, passwordDoor: FindDoor): Authenticate {
  return async (token, former) => {
    const claim = readToken(token);
    if (claim === null || claim.kind === "mail" || claim.kind === "web") return null;
    if (claim.kind === "imp") return authenticateSupport(world, database, claim.providerId, token);
    return database.asProvider(claim.providerId, async (tx) => {
      if (claim.kind === "api") return authenticateToken(world, tx, token, former);
      const nowMs = world.clock.wall().atMs;
      const row = claim.kind === "tab" ? await findTab(tx, token, nowMs) : await findLogin(tx, "tokenHash", token);
      if (row === undefined || isOver(row, nowMs)) return null;
      const { tokenExpiresAtMs: endsAtMs } = row;
      if (claim.kind === "login" && hasEnded(endsAtMs, accessLifeMs, nowMs)) return null;
      const actor = await actorBehind(passwordDoor, tx, row);
      if (actor === null) return null;
      await noteUse(tx, row, nowMs);
      return { actor, readOnly: readOnlyOf(row), subdomain: row.subdomain };
    });
  };
}

/** Nobody used it for long; or it was begun while the clock was ahead, and its end says nothing. */
export const isOver = (
  { refreshExpiresAtMs: endsAtMs }: { readonly refreshExpiresAtMs: number },
  nowMs: number,
): boolean => hasEnded(endsAtMs, refreshLifeMs, nowMs);

type LoginRow = NonNullable<Awaited<ReturnType<typeof findLogin>>>;

/** Null where the person is switched off, the provider deleted, or the door that opened the log-in is closed or another one. */
export async function actorBehind(passwordDoor: FindDoor, tx: Tx, row: LoginRow): Promise<Actor | null> {
  if (!mayEnter(row)) return null;
  const { providerId, doorAtMs, role } = row;
  const all = permissionsOf(role, row.rolePermissions);
  const rights = doorAtMs === null ? all : await passwordDoor()?.rightsIn(tx, { providerId, doorAtMs, role }, all);
  if (rights == null) return null;
  const factor = { isOn: row.totpConfirmed, isRequired: row.factorSinceMs !== null, provedAtMs: row.factorAtMs };
  return actorOf(row, rights, { kind: "login", id: row.loginId, factor });
}

export function findLogin(
  tx: Tx,
  column: "tokenHash" | "refreshHash" | "previousRefreshHash",
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
    .select("loginId")
    .where("tokenHash", "=", hashOf(token))
    .where("expiresAtMs", ">", nowMs)
    .where("expiresAtMs", "<=", endsAtMost(nowMs, accessLifeMs));
  return loginsWithUsers(tx).where("logins.loginId", "=", named).executeTakeFirst();
}

function loginsWithUsers(tx: Tx) {
  return tx
    .selectFrom("logins")
    .innerJoin("users", (join) =>
      join.onRef("users.providerId", "=", "logins.providerId").onRef("users.userId", "=", "logins.userId"),
    )
    .innerJoin("providers", "providers.providerId", "logins.providerId")
    .leftJoin("roles", (join) =>
      join.onRef("roles.providerId", "=", "users.providerId").onRef("roles.roleId", "=", "users.role"),
    )
    .leftJoin("second_factor_roles", (join) =>
      join
        .onRef("second_factor_roles.providerId", "=", "users.providerId")
        .onRef("second_factor_roles.role", "=", "users.role"),
    )
    .selectAll("logins")
    .select(["users.email", "users.name", "users.role", "users.active", "users.totpConfirmed"])
    .select(["providers.state", "providers.arrearsAtMs", "providers.subdomain", "roles.permissions as rolePermissions"])
    .select("second_factor_roles.sinceMs as factorSinceMs");
}
