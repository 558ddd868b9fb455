/**
 * Who wants which messages. Each change is a row that stays, with when and how; the newest one of a receiver, a way and a class holds. Nothing said
 * is a yes to service messages and a no to marketing. Receipts and codes are not asked about: the customer waits for them.
 */

import { newId } from "@karibu/protocol/identifiers";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import { type Insertable, type Selectable, sql } from "kysely";
import type { Party } from "../ground/amounts/parties.ts";
import type { Tx } from "../ground/db/database.ts";
import type { Schema } from "../ground/db/schema.ts";
import type { MessageChannel } from "./message-states.ts";

export type ConsentRow = Selectable<Schema["message_consents"]>;
export type AskedClass = ConsentRow["class"];

/** What this receiver said last; null: nothing. */
export async function readAllowed(
  tx: Tx,
  of: {
    readonly providerId: string;
    readonly to: Party;
    readonly channel: MessageChannel;
    readonly class: AskedClass;
  },
): Promise<boolean | null> {
  const row = await tx
    .selectFrom("message_consents")
    .select("allowed")
    .where("providerId", "=", of.providerId)
    .where("toHash", "=", of.to)
    .where("channel", "=", of.channel)
    .where("class", "=", of.class)
    .orderBy("place", "desc")
    .orderBy("consentId", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.allowed ?? null;
}

export type NewConsent = Omit<Insertable<Schema["message_consents"]>, "consentId" | "atMs" | "place">;

export async function writeConsent(world: World, tx: Tx, consent: NewConsent): Promise<void> {
  const { providerId, toHash, channel, class: kind } = consent;
  // Also by a clock that was set back meanwhile: a STOP must not stand behind an older yes.
  const place = sql<number>`(select coalesce(max(place), 0) + 1 from message_consents
    where provider_id = ${providerId} and to_hash = ${toHash} and channel = ${channel} and class = ${kind})`;
  await tx
    .insertInto("message_consents")
    .values({ ...consent, consentId: newId(world), atMs: world.clock.wall().atMs, place })
    .execute();
}

/** What a reply asks for; null: neither, so a person reads it at the gateway. In the languages of the countries. */
export function readReply(text: string): "stop" | "start" | null {
  const word = text
    .trim()
    .toUpperCase()
    .replaceAll(/[.!"']/g, "");
  if (/^(STOP|STOP ALL|STOPALL|UNSUBSCRIBE|END|QUIT|CANCEL|ACHA|SIMAMISHA|KOMESHA)$/.test(word)) return "stop";
  return /^(START|UNSTOP|SUBSCRIBE|ANZA|ENDELEA)$/.test(word) ? "start" : null;
}

/**
 * STOP ends reminders and marketing by text message, whichever of the two ways it came. START brings reminders back: to marketing a person
 * agrees for its own sake.
 */
export async function takeReply(
  world: World,
  tx: Tx,
  reply: {
    readonly providerId: string;
    readonly to: Party;
    readonly masked: string;
    readonly asks: "stop" | "start";
    readonly said: string;
  },
): Promise<void> {
  const customer = await customerOf(tx, reply.providerId, reply.to);
  const allowed = reply.asks === "start";
  for (const channel of ["sms", "whatsapp"] as const)
    for (const kind of allowed ? (["service"] as const) : (["service", "marketing"] as const)) {
      // Nobody has agreed to WhatsApp by a text message.
      if (allowed && channel === "whatsapp") continue;
      await writeConsent(world, tx, {
        providerId: reply.providerId,
        toHash: reply.to,
        toMasked: reply.masked,
        customerId: customer,
        channel,
        class: kind,
        allowed,
        how: "reply",
        who: "customer",
        said: cutText(reply.said, 200),
      });
    }
}

async function customerOf(tx: Tx, providerId: string, to: Party): Promise<string | null> {
  const row = await tx
    .selectFrom("customers")
    .select("customerId")
    .where("providerId", "=", providerId)
    .where("phoneHash", "=", to)
    .where("deletedAtMs", "is", null)
    .executeTakeFirst();
  return row?.customerId ?? null;
}
