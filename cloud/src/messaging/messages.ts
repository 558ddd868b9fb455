/**
 * Text messages. A message is written in the transaction of its cause, once for each event, template and recipient. A job
 * sends it through the provider's newest active sender. Number and text are stored sealed: a text may carry a voucher's code.
 *
 * Sent once   it is marked `sending` before the gateway is asked. A job that finds this mark asks no gateway: after a minute the message is
 *             `unknown`, and a person decides. So a customer gets no text twice because the hub stopped, or could not write the answer.
 * Sent at all a gateway that says "later", or nothing within its time, is tried again for a day (so one that took it and answered too late
 *             sends it twice). What breaks on our side ends in `failed` after three tries.
 */

import { newId } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import { z } from "zod";
import type { Parties, Party } from "../ground/amounts/parties.ts";
import { maskPhone } from "../ground/amounts/phone.ts";
import type { Database, Tx } from "../ground/db/database.ts";
import type { JobQueue } from "../ground/jobs/queue.ts";
import { giveBackOfDay, noteReached, refuseWhenSpent, takeOfDay } from "../ground/quotas/quotas.ts";
import type { Envelope } from "../ground/secrets/envelope.ts";
import { type DeliveryReport, type SendSms, type SmsOutcome, smsTimeoutMs } from "./sender-contract.ts";
import type { SenderRow, Senders } from "./senders.ts";
import type { MessageTables } from "./tables.ts";

const messageJob = "sms.send";

export type MessageRow = Selectable<MessageTables["messages"]>;

export interface NewMessage {
  readonly providerId: string;
  /** The cause, for example `payment/<id>`. */
  readonly event: string;
  readonly template: string;
  /** 12 digits. */
  readonly phone: string;
  readonly text: string;
}

/** What makes two messages the same one. It ends with its recipient. */
export const eventKeyOf = ({ event, template }: Pick<NewMessage, "event" | "template">, to: Party): string =>
  `${event}/${template}/${to}`;

export interface Messages {
  /** In the caller's transaction. The same event, template and phone a second time adds no message. */
  send(tx: Tx, message: NewMessage): Promise<void>;
  resend(tx: Tx, row: MessageRow): Promise<void>;
  /** Before a person sends one: throws Problem 429 "quota-reached" where nothing is left of today. */
  refuseWhenSpent(tx: Tx, providerId: string): Promise<void>;
  textOf(row: MessageRow): string;
  /** A gateway's final report about a message. */
  noteReport(
    tx: Tx,
    sender: SenderRow,
    report: DeliveryReport & { readonly state: "delivered" | "failed" },
  ): Promise<void>;
  registerJobs(): Promise<void>;
}

export interface MessageParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly parties: Parties;
  readonly jobs: JobQueue;
  readonly senders: Senders;
  readonly measure: MeasureSend;
}

/** Counts what becomes of the messages of a gateway of this kind. */
export type MeasureSend = (gateway: SenderRow["kind"], send: SendSms) => SendSms;

/** What became of a try: what the gateway said, or that nobody knows whether it was asked, or that it was not asked, because we failed. */
type TryOutcome =
  | SmsOutcome
  | { readonly kind: "unknown"; readonly why: string }
  | { readonly kind: "broken"; readonly why: string };

const jobSchema = z.object({ providerId: z.string(), messageId: z.string() });
/** Older messages are no longer useful. */
const staleAfterMs = 24 * 3_600_000;
/** Longer than a gateway is waited for: whoever asked it has stopped. */
const sendingMsMax = smsTimeoutMs * 3;
/** Tries that broke on our side (keys that can't be opened): the next one breaks too. */
const brokenTriesMax = 3;

const stoppedWhileSending = "the hub stopped before it could write what the gateway said: it may have been sent";

/**
 * How long a message waits whose gateway does not answer: 15 s, 30 s, 1 min… at most half an hour. The message plans this itself:
 * a gateway that is away for an hour is no job that fails.
 */
function nextTryMs(tries: number): number {
  return Math.min(30 * 60_000, 15_000 * 2 ** (tries - 1));
}

export function createMessages(parts: MessageParts): Messages {
  const { world, database, envelope, parties, jobs, senders, measure } = parts;

  async function change(
    tx: Tx,
    row: { provider_id: string; message_id: string },
    changes: Partial<MessageRow>,
  ): Promise<void> {
    await tx
      .updateTable("messages")
      .set({ ...changes, changed_at_ms: world.clock.wall().atMs })
      .where("provider_id", "=", row.provider_id)
      .where("message_id", "=", row.message_id)
      .execute();
  }

  async function deliver(providerId: string, messageId: string): Promise<void> {
    const { message, sender } = await database.asProvider(providerId, async (tx) => ({
      message: await tx
        .selectFrom("messages")
        .selectAll()
        .where("provider_id", "=", providerId)
        .where("message_id", "=", messageId)
        .executeTakeFirst(),
      sender: await senders.newestActive(tx, providerId),
    }));
    if (message?.state === "sending") return judgeUnanswered(message);
    if (message === undefined || message.state !== "waiting") return;
    const fail = (problem: string) =>
      database.asProvider(providerId, (tx) => change(tx, message, { state: "failed", problem }));
    if (world.clock.wall().atMs - message.created_at_ms > staleAfterMs) return fail("it could not be sent for a day");
    if (sender === null) return fail("there is no active sender");
    // Counted here and not where a message is written: no payment waits at this row, and none is refused.
    const ofToday = { providerId, kind: "messages", nowMs: world.clock.wall().atMs } as const;
    const tried = { sender_id: sender.sender_id, tries: message.tries + 1 };
    const begun = await database.asProvider(providerId, async (tx) => {
      if (!(await takeOfDay(tx, { ...ofToday, more: 1 }))) {
        await noteReached(tx, ofToday);
        return "no-quota";
      }
      const { numUpdatedRows } = await tx
        .updateTable("messages")
        .set({ state: "sending", changed_at_ms: world.clock.wall().atMs, ...tried })
        .where("provider_id", "=", providerId)
        .where("message_id", "=", messageId)
        .where("state", "=", "waiting")
        .executeTakeFirst();
      if (numUpdatedRows === 1n) return "begun";
      await giveBackOfDay(tx, ofToday);
      return "another-job";
    });
    if (begun === "no-quota") return fail("quota-reached: the day's quota of text messages is used up");
    if (begun === "another-job") return;
    const outcome = await tryOnce(message, sender);
    await database.asProvider(providerId, async (tx) => {
      const problem = "why" in outcome ? outcome.why.slice(0, 300) : null;
      if (outcome.kind === "accepted")
        return change(tx, message, { state: "accepted", remote_id: outcome.remoteId, problem });
      if (outcome.kind === "unknown") return change(tx, message, { state: "unknown", problem });
      await giveBackOfDay(tx, ofToday);
      const isAgain = outcome.kind === "later" || (outcome.kind === "broken" && tried.tries < brokenTriesMax);
      await change(tx, message, { state: isAgain ? "waiting" : "failed", problem });
      if (!isAgain) return;
      const startAfterMs = (outcome.kind === "later" ? outcome.afterMs : undefined) ?? nextTryMs(tried.tries);
      await jobs.send(tx, messageJob, { providerId, messageId }, { startAfterMs });
    });
    if (outcome.kind === "config-error")
      world.log.error("sms-sender-refused", { senderId: sender.sender_id, why: outcome.why });
  }

  async function tryOnce(message: MessageRow, sender: SenderRow): Promise<TryOutcome> {
    const context = `message/${message.provider_id}/${message.message_id}`;
    let isAsked = false;
    try {
      const send = measure(sender.kind, senders.open(sender));
      const order = {
        phone: envelope.open(message.to_sealed, `${context}/to`).toString("utf8"),
        text: envelope.open(message.text_sealed, `${context}/text`).toString("utf8"),
        reportUrl: sender.kind === "twilio" ? senders.reportUrl(sender) : null,
      };
      isAsked = true;
      return await send(order);
    } catch (error) {
      const { name, code = name } = error as Error & { readonly code?: string };
      world.log.error("sms-broken", { senderId: sender.sender_id, isAsked, error: (error as Error).message });
      return isAsked
        ? { kind: "unknown", why: `the gateway's answer could not be read: ${code}` }
        : { kind: "broken", why: `it could not be sent: ${code}` };
    }
  }

  /** Another job asks the gateway now, or one did and stopped before it could write what it heard. */
  async function judgeUnanswered(message: MessageRow): Promise<void> {
    const { provider_id: providerId, message_id: messageId } = message;
    await database.asProvider(providerId, async (tx) => {
      if (world.clock.wall().atMs - message.changed_at_ms < sendingMsMax)
        return jobs.send(tx, messageJob, { providerId, messageId }, { startAfterMs: sendingMsMax });
      const { numUpdatedRows } = await tx
        .updateTable("messages")
        .set({ state: "unknown", problem: stoppedWhileSending, changed_at_ms: world.clock.wall().atMs })
        .where("provider_id", "=", providerId)
        .where("message_id", "=", messageId)
        .where("state", "=", "sending")
        .executeTakeFirst();
      if (numUpdatedRows === 1n) world.log.warn("sms-unknown", { messageId });
    });
  }

  return {
    async send(tx, { providerId, event, template, phone, text }) {
      const messageId = newId(world);
      const context = `message/${providerId}/${messageId}`;
      const nowMs = world.clock.wall().atMs;
      const party = parties.ofPhone(providerId, phone);
      const stored = await tx
        .insertInto("messages")
        .values({
          provider_id: providerId,
          message_id: messageId,
          event_key: eventKeyOf({ event, template }, party),
          template,
          to_sealed: envelope.seal(Buffer.from(phone), `${context}/to`),
          to_hash: party,
          to_masked: maskPhone(phone),
          text_sealed: envelope.seal(Buffer.from(text), `${context}/text`),
          state: "waiting" as const,
          created_at_ms: nowMs,
          changed_at_ms: nowMs,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (stored.numInsertedOrUpdatedRows === 1n) await jobs.send(tx, messageJob, { providerId, messageId });
    },
    refuseWhenSpent: (tx, providerId) =>
      refuseWhenSpent(tx, { providerId, kind: "messages", nowMs: world.clock.wall().atMs }),
    async resend(tx, row) {
      await change(tx, row, { state: "waiting", problem: null, created_at_ms: world.clock.wall().atMs });
      await jobs.send(tx, messageJob, { providerId: row.provider_id, messageId: row.message_id });
    },
    textOf: ({ provider_id: providerId, message_id: messageId, text_sealed: sealed }) =>
      envelope.open(sealed, `message/${providerId}/${messageId}/text`).toString("utf8"),
    async noteReport(tx, sender, { remoteId, state, why }) {
      await tx
        .updateTable("messages")
        .set({ state, problem: why, changed_at_ms: world.clock.wall().atMs })
        .where("provider_id", "=", sender.provider_id)
        .where("sender_id", "=", sender.sender_id)
        .where("remote_id", "=", remoteId)
        .where("state", "=", "accepted")
        .execute();
    },
    registerJobs: () =>
      jobs.work(messageJob, async (data) => {
        const { providerId, messageId } = jobSchema.parse(data);
        await deliver(providerId, messageId);
      }),
  };
}
