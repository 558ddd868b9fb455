/** Who ordered something may be switched off, or have another role, before it is sent: asked again at each step. */
import type { RouterActionKind } from "@karibu/protocol/router/router-actions";
import type { Tx } from "../../ground/db/database.ts";
import { type Permission, permissionsOf } from "../../ground/http/permissions.ts";
import { permissionFor } from "./order-policy.ts";

/** `elsewhere`: not one of the provider's own people, so perhaps a platform admin who acted for it. */
export type Standing = "may" | "may-not" | "elsewhere";

export const noLongerAllowed = "Who ordered this may not order it any more.";

/** In a transaction of the provider. */
export function standingOf(tx: Tx, providerId: string, userId: string, kind: RouterActionKind): Promise<Standing> {
  return standingFor(tx, providerId, userId, permissionFor(kind));
}

/** The same for a permission. */
export async function standingFor(
  tx: Tx,
  providerId: string,
  userId: string,
  permission: Permission,
): Promise<Standing> {
  const user = await tx
    .selectFrom("users")
    .leftJoin("roles", (join) =>
      join.onRef("roles.provider_id", "=", "users.provider_id").onRef("roles.role_id", "=", "users.role"),
    )
    .select(["users.role", "users.active", "roles.permissions"])
    .where("users.provider_id", "=", providerId)
    .where("users.user_id", "=", userId)
    .executeTakeFirst();
  if (user === undefined) return "elsewhere";
  return user.active && permissionsOf(user.role, user.permissions).includes(permission) ? "may" : "may-not";
}

/** In a transaction of the platform: may this person act for providers? */
export async function mayActForProviders(tx: Tx, userId: string): Promise<boolean> {
  const admin = await tx
    .selectFrom("users")
    .select(["role", "active"])
    .where("user_id", "=", userId)
    .executeTakeFirst();
  return admin?.active === true && permissionsOf(admin.role).includes("providers.impersonate");
}
