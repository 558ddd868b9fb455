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
