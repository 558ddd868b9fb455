import type { Tx } from "../../ground/db/database.ts";

/** Names of a provider's users by their ids; an id of nobody is left out. */
export async function userNames(tx: Tx, providerId: string, userIds: readonly string[]): Promise<Map<string, string>> {
  if (userIds.length === 0) return new Map();
  const rows = await tx
    .selectFrom("users")
    .select(["user_id", "name"])
    .where("provider_id", "=", providerId)
    .where("user_id", "in", [...new Set(userIds)])
    .execute();
  return new Map(rows.map((row) => [row.user_id, row.name]));
}
