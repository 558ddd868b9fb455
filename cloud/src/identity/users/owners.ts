import type { Tx } from "../../ground/db/database.ts";

/** Addresses of a provider's owners (or the platform's admins) who may log in, oldest account first. */
export async function ownersOf(tx: Tx, providerId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom("users")
    .select("email")
    .where("providerId", "=", providerId)
    .where("role", "in", ["owner", "platform-admin"])
    .where("active", "=", true)
    .orderBy("userId")
    .execute();
  return rows.map(({ email }) => email);
}

/** Of these people of a provider, those who may log in, by their addresses. */
export async function activeAmong(
  tx: Tx,
  providerId: string,
  userIds: readonly string[],
): Promise<readonly { readonly email: string; readonly role: string }[]> {
  if (userIds.length === 0) return [];
  return tx
    .selectFrom("users")
    .select(["email", "role"])
    .where("providerId", "=", providerId)
    .where("userId", "in", userIds)
    .where("active", "=", true)
    .orderBy("email")
    .execute();
}
