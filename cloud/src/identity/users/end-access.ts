/** What was opened with a person's account ends together: whoever had the account may have made any of it. */
import type { Tx } from "../../ground/db/database.ts";
import { endLoginsOf } from "../credentials/logins.ts";
import { dropLinksOf } from "../credentials/mailed-tokens.ts";
import type { EndTokensOf } from "./users.ts";

/** Ends log-ins, API tokens, open invitations and links to a new password. @param keptLoginId the log-in that the person uses now; null: none stays */
export async function endAccess(
  tx: Tx,
  endTokensOf: EndTokensOf,
  of: { readonly userId: string; readonly keptLoginId: string | null; readonly nowMs: number },
): Promise<void> {
  const { userId, keptLoginId, nowMs } = of;
  await endLoginsOf(tx, userId, keptLoginId === null ? null : { loginId: keptLoginId, nowMs });
  await endTokensOf(tx, userId, nowMs);
  await dropLinksOf(tx, userId);
}
