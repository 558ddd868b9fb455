import type { Actor, Credential } from "../../ground/http/actor.ts";
import type { Permission } from "../../ground/http/permissions.ts";

/** Null for a person who is switched off, or whose provider was deleted. `state`: the provider's. */
export function mayEnter(row: { readonly active: boolean; readonly state: string }): boolean {
  return row.active && row.state !== "deleted";
}

export function actorOf(
  user: {
    readonly userId: string;
    readonly providerId: string;
    readonly role: string;
    readonly email: string;
    readonly name: string;
  },
  permissions: readonly Permission[],
  credential: Credential,
): Actor {
  const allowed = new Set<Permission>(permissions);
  return {
    userId: user.userId,
    providerId: user.providerId,
    role: user.role,
    email: user.email,
    name: user.name,
    permissions,
    credential,
    may: (permission) => allowed.has(permission),
  };
}
