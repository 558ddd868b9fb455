/** Mail to a provider's owners about an initiator: its password expires, or the channel refuses it. */
import type { Tx } from "../../ground/db/database.ts";
import type { Mail } from "../../ground/mail/mail.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import { ownersOf } from "../../identity/users/owners.ts";
import { readProviderRow } from "../../tenancy/providers/providers.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import type { InitiatorRefused, InitiatorRules, PasswordEnds } from "../channels/initiator-rules.ts";

export function ownerMails(kinds: ChannelKinds, mailer: Pick<Mailer, "write">) {
  /** One mail to each owner, in the provider's language, in the transaction of its cause. */
  async function write(tx: Tx, providerId: string, mail: (to: string, locale: string) => Mail): Promise<void> {
    const { locale } = await readProviderRow(tx, providerId);
    for (const to of await ownersOf(tx, providerId)) await mailer.write(tx, providerId, mail(to, locale));
  }
  const rulesOf = ({ kind }: ChannelRow): InitiatorRules | null => kinds.definitionOf(kind).initiator;
  return {
    async onPasswordEnds(tx: Tx, channel: ChannelRow, ends: PasswordEnds): Promise<void> {
      const rules = rulesOf(channel);
      if (rules !== null) await write(tx, channel.providerId, (to, locale) => rules.passwordMail(to, locale, ends));
    },
    async onInitiatorRefused(tx: Tx, channel: ChannelRow, refused: InitiatorRefused): Promise<void> {
      const rules = rulesOf(channel);
      if (rules !== null) await write(tx, channel.providerId, (to, locale) => rules.refusedMail(to, locale, refused));
    },
  };
}
