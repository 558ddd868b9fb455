import type { EndTokensOf } from "../users/users.ts";

export const revokeTokensOf: EndTokensOf = async (tx, userId, nowMs) => {
  await tx
    .updateTable("api_tokens")
    .set({ revokedAtMs: nowMs, updatedAtMs: nowMs })
    .where("userId", "=", userId)
    .where("revokedAtMs", "is", null)
    .execute();
};
