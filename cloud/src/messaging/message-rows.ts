/** Messages in the database, for the files that write and send them. */

import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { Parties, Party } from "../ground/amounts/parties.ts";
import type { Announce } from "../ground/db/announce.ts";
import type { Database, Tx } from "../ground/db/database.ts";
import type { Schema } from "../ground/db/schema.ts";
import type { Emit, HubEvent } from "../ground/events/emit.ts";
import type { EmitMany } from "../ground/events/record.ts";
import type { JobQueue } from "../ground/jobs/queue.ts";
import type { Mailer } from "../ground/mail/mailer.ts";
import type { Envelope } from "../ground/secrets/envelope.ts";
import type { SendSms } from "./sender-contract.ts";
import type { SenderRow, Senders } from "./senders.ts";

export const messageJob = "sms.send";
/** A receipt or a code, whose first try this is: with others (`send-together.ts`). What is left of it is done by `messageJob`. */
export const soonMessageJob = "sms.send-soon";
/** The same, for providers whose gateways kept us waiting: it has workers of its own. */
export const slowMessageJob = "sms.send-slow";

export type MessageRow = Selectable<Schema["messages"]>;

export interface MessageId {
  readonly providerId: string;
  readonly messageId: string;
}

export interface MessageParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly parties: Parties;
  readonly jobs: JobQueue;
  readonly emit: Emit;
  readonly quietEmitMany: EmitMany;
  readonly announce: Announce;
  readonly mailer: Mailer;
  readonly publicUrl: string;
  readonly senders: Senders;
  readonly measure: MeasureSend;
}

/** Counts what becomes of the messages of a gateway of this kind. */
export type MeasureSend = (gateway: SenderRow["kind"], send: SendSms) => SendSms;

/**
 * Is a message still wanted, now that its turn has come? @param event its cause @returns why not; null: it is. In the transaction that marks it
 * as being sent.
 */
export type Judge = (tx: Tx, event: string) => Promise<string | null>;

/** What makes two messages the same one. It ends with its recipient. */
export const eventKeyOf = (
  { event, template }: { readonly event: string; readonly template: string },
  to: Party,
): string => `${event}/${template}/${to}`;

/** What its sealed fields are bound to. */
export const contextOf = (row: Pick<MessageRow, "providerId" | "messageId">): string =>
  `message/${row.providerId}/${row.messageId}`;

/** The message of an event, if one was written; it may be forgotten meanwhile. */
export const messageOfEvent = async (tx: Tx, providerId: string, eventKey: string): Promise<string | null> => {
  const row = await tx
    .selectFrom("message_events")
    .select("messageId")
    .where("providerId", "=", providerId)
    .where("eventKey", "=", eventKey)
    .executeTakeFirst();
  return row?.messageId ?? null;
};

/** @param row as it was read: by its time only its month is looked into */
export async function change(
  parts: Pick<MessageParts, "world" | "emit">,
  tx: Tx,
  row: Pick<MessageRow, "providerId" | "messageId" | "createdAtMs" | "template">,
  changes: Partial<MessageRow>,
): Promise<void> {
  await tx
    .updateTable("messages")
    .set({ ...changes, changedAtMs: parts.world.clock.wall().atMs })
    .where("providerId", "=", row.providerId)
    .where("messageId", "=", row.messageId)
    .where("createdAtMs", "=", row.createdAtMs)
    .execute();
  if (changes.state !== undefined) await tellOf(parts, tx, row, changes.state);
}

const toldStates: readonly MessageRow["state"][] = ["accepted", "delivered", "failed"];
/** What a customer logs in with. */
const codeTemplates: readonly string[] = ["voucher"];

/** What consoles and programs hear of it. */
export function eventsOf(
  { messageId: id, template }: Pick<MessageRow, "messageId" | "template">,
  state: MessageRow["state"],
): readonly HubEvent[] {
  if (!toldStates.includes(state)) return [];
  const isCode = state === "accepted" && codeTemplates.includes(template);
  return [state, ...(isCode ? ["code-sent"] : [])].map((action) => ({ topic: "message", id, action }));
}

/** Consoles and programs hear how far it came. */
export async function tellOf(
  { emit }: Pick<MessageParts, "emit">,
  tx: Tx,
  row: Pick<MessageRow, "providerId" | "messageId" | "template">,
  state: MessageRow["state"],
): Promise<void> {
  for (const event of eventsOf(row, state)) await emit(tx, row.providerId, event);
}

/** All messages of a provider, to go on with. */
export const selectMessages = (tx: Tx, providerId: string) =>
  tx.selectFrom("messages").where("providerId", "=", providerId);
