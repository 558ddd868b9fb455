/** Sends what people are told of alarms, by every way a rule names, and notes what was sent to whom. */

import type { AlarmLocale } from "@karibu/protocol/alarms/alarm-kinds";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { AlarmTeller, AlarmWay, Recipients, Telling } from "../../ground/lists/alarm-way.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import { activeAmong, ownersOf } from "../../identity/users/owners.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import { newMessageOf } from "../../messaging/texts-sent.ts";
import { alertText } from "./alert-text.ts";

export interface TellParts {
  readonly world: World;
  readonly mailer: Mailer;
  readonly messaging: Pick<Messaging, "send">;
  /** Further ways, where they are on. */
  readonly tellers: readonly AlarmTeller[];
  readonly publicUrl: string;
}

export interface TellProvider {
  readonly providerId: string;
  readonly name: string;
  readonly locale: AlarmLocale;
  readonly utcOffsetMinutes: number;
}

/** In the transaction that notes that they were told. Returns how many messages it wrote. */
export async function tell(
  parts: TellParts,
  tx: Tx,
  provider: TellProvider,
  { to, what, alerts }: { readonly to: Recipients } & Pick<Telling, "what" | "alerts">,
): Promise<number> {
  const { world, mailer, messaging, tellers, publicUrl } = parts;
  const { providerId } = provider;
  const textIn = (locale: AlarmLocale) =>
    alertText(what, alerts, {
      ...{ locale, provider: provider.name, link: `${publicUrl}/#/alarms` },
      utcOffsetMinutes: provider.utcOffsetMinutes,
    });
  const text = textIn(provider.locale);
  const nowMs = world.clock.wall().atMs;
  let count = 0;
  async function note(
    way: "sms" | "email" | AlarmWay["way"],
    toMasked: string,
    send: (noticeId: string) => Promise<string | null>,
  ) {
    const noticeId = newId(world);
    const sentAs = await send(noticeId);
    if (sentAs === null) return;
    await tx
      .insertInto("alert_notices")
      .values({
        providerId,
        noticeId,
        what,
        way,
        toMasked,
        sentAs,
        atMs: nowMs,
      })
      .execute();
    if (alerts.length > 0)
      await tx
        .insertInto("alert_notice_causes")
        .values(alerts.map(({ alertId }) => ({ providerId, noticeId, alertId })))
        .execute();
    count++;
  }

  for (const address of await addressesOf(tx, providerId, to))
    await note("email", address, () =>
      mailer.write(tx, providerId, { to: address, subject: text.subject, text: text.letter }),
    );
  for (const phone of new Set(to.phones))
    await note("sms", maskPhone(phone), async (noticeId) => {
      const event = `alert/${noticeId}`;
      await messaging.send(tx, { providerId, event, template: "alarm", phone, text: text.sms });
      // By its id its outcome is found at once; looking for its event would go through all messages, a few times a minute.
      return (await newMessageOf(tx, { providerId, event, nowMs })) ?? event;
    });
  const telling: Telling = {
    ...{ providerId, what, alerts },
    screenText: (locale) => textIn(locale ?? provider.locale).push,
  };
  for (const { way, addressees } of tellers)
    for (const { toMasked, send } of await addressees(tx, to, telling)) await note(way, toMasked, send);
  return count;
}

/** Of users who may log in. */
async function addressesOf(tx: Tx, providerId: string, { owners, userIds }: Recipients): Promise<Set<string>> {
  const others = await activeAmong(tx, providerId, userIds);
  return new Set([...(owners ? await ownersOf(tx, providerId) : []), ...others.map(({ email }) => email)]);
}
