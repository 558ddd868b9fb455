/** Whether a person may enter, and what they may do, at this moment. */
import type { Tx } from "../../ground/db/database.ts";
import { type Permission, permissionsOf } from "../../ground/http/permissions.ts";

export interface PersonRights {
  readonly active: boolean;
  readonly factorIsOn: boolean;
  readonly permissions: readonly Permission[];
}

/** Null: the provider has no such person. */
export async function readRights(tx: Tx, providerId: string, userId: string): Promise<PersonRights | null> {
  const row = await tx
    .selectFrom("users")
    .leftJoin("roles", (join) =>
      join.onRef("roles.providerId", "=", "users.providerId").onRef("roles.roleId", "=", "users.role"),
    )
    .select(["users.role", "users.active", "users.totpConfirmed", "roles.permissions"])
    .where("users.providerId", "=", providerId)
    .where("users.userId", "=", userId)
    .executeTakeFirst();
  return row === undefined ? null : rightsOf(row, row.permissions);
}

/** The same, in a transaction of the provider. Until it ends neither they nor their role change: what changes then finds what it wrote. */
export async function lockRights(tx: Tx, userId: string): Promise<PersonRights | null> {
  const row = await tx
    .selectFrom("users")
    .select(["active", "role", "totpConfirmed"])
    .where("userId", "=", userId)
    .forShare()
    .executeTakeFirst();
  if (row === undefined) return null;
  const own = await tx
    .selectFrom("roles")
    .select("permissions")
    .where("roleId", "=", row.role)
    .forShare()
    .executeTakeFirst();
  return rightsOf(row, own?.permissions ?? null);
}

const rightsOf = (
  row: { readonly active: boolean; readonly role: string; readonly totpConfirmed: boolean },
  own: Parameters<typeof permissionsOf>[1],
): PersonRights => ({
  active: row.active,
  factorIsOn: row.totpConfirmed,
  permissions: permissionsOf(row.role, own),
});
