/** Letters to a provider's owners that an initiator's password runs out. */
import type { Tx } from "../db/database.ts";
import type { Post } from "../mail/outbox.ts";
import { passwordLetter } from "./password-reminder.ts";

export function remindOwners(post: () => Pick<Post, "write">) {
  return async (
    tx: Tx,
    ends: { readonly providerId: string; readonly channel: string; readonly daysLeft: number },
  ): Promise<void> => {
    const { providerId } = ends;
    const provider = await tx
      .selectFrom("providers")
      .select("locale")
      .where("provider_id", "=", providerId)
      .executeTakeFirstOrThrow();
    const owners = await tx
      .selectFrom("users")
      .select("email")
      .where("provider_id", "=", providerId)
      .where("role", "=", "owner")
      .where("active", "=", true)
      .execute();
    for (const { email } of owners) await post().write(tx, providerId, passwordLetter(email, provider.locale, ends));
  };
}
