/** Letters to a provider's owners about an M-Pesa initiator: its password runs out, or M-Pesa refuses it. */
import type { Tx } from "../../ground/db/database.ts";
import type { Mail, Mailer } from "../../ground/mail/mailer.ts";
import type { InitiatorRefused } from "./initiator.ts";
import { initiatorLetter } from "./initiator-letter.ts";
import { passwordLetter } from "./password-reminder.ts";

export function lettersToOwners(mailer: () => Pick<Mailer, "write">) {
  /** One letter to each owner, in the provider's language, in the transaction of its cause. */
  async function write(tx: Tx, providerId: string, letter: (to: string, locale: string) => Mail): Promise<void> {
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
    for (const { email } of owners) await mailer().write(tx, providerId, letter(email, provider.locale));
  }
  return {
    onPasswordEnds: (
      tx: Tx,
      ends: { readonly providerId: string; readonly channel: string; readonly daysLeft: number },
    ): Promise<void> => write(tx, ends.providerId, (to, locale) => passwordLetter(to, locale, ends)),
    onInitiatorRefused: (tx: Tx, refused: InitiatorRefused): Promise<void> =>
      write(tx, refused.providerId, (to, locale) => initiatorLetter(to, locale, refused)),
  };
}
