/** What holds all of a router's secrets, or overwrites it, is an owner's: logged in himself, and still one when it happens. */
import type { Tx } from "../../ground/db/database.ts";
import type { Actor } from "../../ground/http/actor.ts";
import { permissionsOf } from "../../ground/http/permissions.ts";
import { Problem } from "../../ground/http/problem.ts";

/** No program, and nobody who acts as another: support reads a provider's settings, not the passwords of his routers. */
export function refuseOthers({ credential }: Pick<Actor, "credential">): void {
  if (credential.kind !== "login")
    throw new Problem(403, "not-allowed", "Only the person may do this, logged in with their password.");
}

/** In a transaction of the provider. */
export async function mayStillRestore(tx: Tx, providerId: string, userId: string): Promise<boolean> {
  const user = await tx
    .selectFrom("users")
    .leftJoin("roles", (join) =>
      join.onRef("roles.provider_id", "=", "users.provider_id").onRef("roles.role_id", "=", "users.role"),
    )
    .select(["users.role", "users.active", "roles.permissions"])
    .where("users.provider_id", "=", providerId)
    .where("users.user_id", "=", userId)
    .executeTakeFirst();
  return user?.active === true && permissionsOf(user.role, user.permissions).includes("routers.restore");
}
