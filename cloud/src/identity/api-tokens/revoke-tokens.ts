import type { EndTokensOf } from "../users/users.ts";

export const revokeTokensOf: EndTokensOf = async (tx, userId, nowMs) => {
  await tx
    .updateTable("api_tokens")
    .set({ revoked_at_ms: nowMs, updated_at_ms: nowMs })
    .where("user_id", "=", userId)
    .where("revoked_at_ms", "is", null)
    .execute();
};
