/** What the person may who made a router password, at this moment. */
import type { Tx } from "../../ground/db/database.ts";
import { type Permission, permissionsOf } from "../../ground/http/permissions.ts";

interface PasswordHolder {
  readonly active: boolean;
  readonly factorIsOn: boolean | null;
  readonly permissions: readonly Permission[];
}

/** Null: there is no such person. Until this transaction ends neither they nor their role change: what changes then finds what it wrote. */
export async function lockHolder(tx: Tx, userId: string): Promise<PasswordHolder | null> {
  const row = await tx
    .selectFrom("users")
    .select(["active", "role", "totp_confirmed"])
    .where("user_id", "=", userId)
    .forShare()
    .executeTakeFirst();
  if (row === undefined) return null;
  const own = await tx
    .selectFrom("roles")
    .select("permissions")
    .where("role_id", "=", row.role)
    .forShare()
    .executeTakeFirst();
  const permissions = permissionsOf(row.role, own?.permissions ?? null);
  return { active: row.active, factorIsOn: row.totp_confirmed, permissions };
}
