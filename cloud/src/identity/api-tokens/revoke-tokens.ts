import type { EndTokensOf } from "../users/users.ts";

export const revokeTokensOf: EndTokensOf = async (tx, userId, nowMs) => {
  await tx
    .updateTable("api_tokens")
    .set({ revokedAtMs: nowMs, updatedAtMs: nowMs })
    .where("userId", "=", userId)
    .where("revokedAtMs", "is", null)
    .execute();
};

/** For a restore, as statements: a former secret of then opens nothing, the new one was used since. */
export const formerTokensEnded: readonly string[] = ["update api_tokens set former_hash = null"];
