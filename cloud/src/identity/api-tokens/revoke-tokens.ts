import type { Tx } from "../../ground/db/database.ts";

/** A person lost their password, or somebody else set it: whoever knew the old one may have made tokens. */
export async function revokeTokensOf(tx: Tx, userId: string, nowMs: number): Promise<void> {
  await tx
    .updateTable("api_tokens")
    .set({ revoked_at_ms: nowMs, updated_at_ms: nowMs })
    .where("user_id", "=", userId)
    .where("revoked_at_ms", "is", null)
    .execute();
}
