/** Sends what people are told of alarms, by every way a rule names, and notes what was sent to whom. */

import type { AlarmLocale } from "@karibu/protocol/alarms/alarm-kinds";
import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { Mailer } from "../../ground/mail/mailer.ts";
import { ownersOf } from "../../identity/users/owners.ts";
import type { Messaging } from "../../messaging/create-messaging.ts";
import type { Push } from "../push/push.ts";
import type { Webhooks } from "../webhooks/webhooks.ts";
import type { Recipients } from "./alert-rules.ts";
import { alertText, type Told, type ToldAlarm } from "./alert-text.ts";

export interface TellParts {
  readonly world: World;
  readonly mailer: Mailer;
  readonly messaging: Pick<Messaging, "send">;
  readonly webhooks: Pick<Webhooks, "post">;
  readonly push: Pick<Push, "subscriptionsOf" | "send">;
  readonly publicUrl: string;
}

/** What goes out in one message. */
export interface Telling {
  readonly what: Told;
  readonly alerts: readonly (ToldAlarm & { readonly alertId: string; readonly siteId: string | null })[];
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
  { to, telling }: { readonly to: Recipients; readonly telling: Telling },
): Promise<number> {
  const { world, mailer, messaging, webhooks, push, publicUrl } = parts;
  const { providerId } = provider;
  const textIn = (locale: AlarmLocale) =>
    alertText(telling.what, telling.alerts, {
      ...{ locale, provider: provider.name, link: `${publicUrl}/#/alarms` },
      utcOffsetMinutes: provider.utcOffsetMinutes,
    });
  const text = textIn(provider.locale);
  const nowMs = world.clock.wall().atMs;
  let count = 0;
  async function note(
    way: "sms" | "email" | "webhook" | "push",
    toMasked: string,
    send: (noticeId: string) => Promise<string | null>,
  ) {
    const noticeId = newId(world);
    const sentAs = await send(noticeId);
    if (sentAs === null) return;
    await tx
      .insertInto("alert_notices")
      .values({
        provider_id: providerId,
        notice_id: noticeId,
        what: telling.what,
        way,
        to_masked: toMasked,
        sent_as: sentAs,
        at_ms: nowMs,
      })
      .execute();
    if (telling.alerts.length > 0)
      await tx
        .insertInto("alert_notice_causes")
        .values(
          telling.alerts.map(({ alertId }) => ({ provider_id: providerId, notice_id: noticeId, alert_id: alertId })),
        )
        .execute();
    count++;
  }

  for (const address of await addressesOf(tx, providerId, to))
    await note("email", address, () =>
      mailer.write(tx, providerId, { to: address, subject: text.subject, text: text.letter }),
    );
  for (const { loginId, service, email, locale } of to.push ? await push.subscriptionsOf(tx, to) : [])
    await note("push", `${email} (${service})`, (noticeId) =>
      push.send(tx, providerId, loginId, {
        // A screen is one person's: in the language that they read the console in.
        ...textIn(locale ?? provider.locale).push,
        // What is over, or told again, takes the place of what the screen shows of it.
        tag: telling.alerts[0]?.alertId ?? noticeId,
        hash: "#/alarms",
        isUrgent: telling.what === "begun" || telling.what === "escalated",
      }),
    );
  for (const phone of new Set(to.phones))
    await note("sms", maskPhone(phone), async (noticeId) => {
      const event = `alert/${noticeId}`;
      await messaging.send(tx, { providerId, event, template: "alarm", phone, text: text.sms });
      return (await messageOf(tx, { providerId, event, nowMs })) ?? event;
    });
  for (const webhookId of new Set(to.webhookIds))
    await note("webhook", webhookId, () =>
      webhooks.post(tx, providerId, webhookId, {
        event: `alarm.${telling.what}`,
        data: {
          alarms: telling.alerts.map(({ alertId, kind, siteId, where, beganAtMs }) => ({
            alertId,
            kind,
            siteId,
            where,
            beganAtMs,
          })),
        },
      }),
    );
  return count;
}

/** By its id its outcome is found at once; looking for its event would go through all messages, a few times a minute. */
async function messageOf(tx: Tx, { providerId, event, nowMs }: { providerId: string; event: string; nowMs: number }) {
  const row = await tx
    .selectFrom("messages")
    .select("message_id")
    .where("provider_id", "=", providerId)
    .where("created_at_ms", ">=", nowMs)
    .where(sql<boolean>`starts_with(event_key, ${`${event}/`})`)
    .executeTakeFirst();
  return row?.message_id ?? null;
}

/** Of users who may log in. */
async function addressesOf(tx: Tx, providerId: string, { owners, userIds }: Recipients): Promise<Set<string>> {
  const others =
    userIds.length === 0
      ? []
      : await tx
          .selectFrom("users")
          .select("email")
          .where("provider_id", "=", providerId)
          .where("user_id", "in", userIds)
          .where("active", "=", true)
          .execute();
  return new Set([...(owners ? await ownersOf(tx, providerId) : []), ...others.map(({ email }) => email)]);
}
