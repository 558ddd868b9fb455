/** Who ordered something may be switched off, or have another role, before it is sent: asked again at each step. */
import type { RouterActionKind } from "@karibu/protocol/router/router-actions";
import type { Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import type { Permission } from "../../ground/http/permissions.ts";
import { readRights } from "../../identity/users/person-rights.ts";
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
  const rights = await readRights(tx, providerId, userId);
  if (rights === null) return "elsewhere";
  return rights.active && rights.permissions.includes(permission) ? "may" : "may-not";
}

/** In a transaction of the platform: may this person act for providers? */
export async function mayActForProviders(tx: Tx, userId: string): Promise<boolean> {
  const admin = await readRights(tx, platformProviderId, userId);
  return admin?.active === true && admin.permissions.includes("providers.impersonate");
}
