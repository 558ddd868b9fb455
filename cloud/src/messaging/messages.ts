/**
 * Text messages. A message is written in the transaction of its cause, once for each event, template and recipient. A job
 * sends it through the provider's newest active sender. Number and text are stored sealed: a text may carry a voucher's code.
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
import type { DeliveryReport } from "./sender-contract.ts";
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
}

const jobSchema = z.object({ providerId: z.string(), messageId: z.string() });
/** Older messages are no longer useful. */
const staleAfterMs = 24 * 3_600_000;

/**
 * How long a message waits whose gateway does not answer: 15 s, 30 s, 1 min… at most half an hour. The message plans this itself:
 * a gateway that is away for an hour is no job that fails.
 */
function nextTryMs(tries: number): number {
  return Math.min(30 * 60_000, 15_000 * 2 ** (tries - 1));
}

export function createMessages(parts: MessageParts): Messages {
  const { world, database, envelope, parties, jobs, senders } = parts;

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
    if (message === undefined || message.state !== "waiting") return;
    const fail = (problem: string) =>
      database.asProvider(providerId, (tx) => change(tx, message, { state: "failed", problem }));
    if (world.clock.wall().atMs - message.created_at_ms > staleAfterMs) return fail("it could not be sent for a day");
    if (sender === null) return fail("there is no active sender");
    // Counted here and not where a message is written: no payment waits at this row, and none is refused.
    const ofToday = { providerId, kind: "messages", nowMs: world.clock.wall().atMs } as const;
    const mayBeSent = await database.asProvider(providerId, async (tx) => {
      const taken = await takeOfDay(tx, { ...ofToday, more: 1 });
      if (!taken) await noteReached(tx, ofToday);
      return taken;
    });
    if (!mayBeSent) return fail("quota-reached: the day's quota of text messages is used up");
    const context = `message/${providerId}/${messageId}`;
    const outcome = await senders.open(sender)({
      phone: envelope.open(message.to_sealed, `${context}/to`).toString("utf8"),
      text: envelope.open(message.text_sealed, `${context}/text`).toString("utf8"),
      reportUrl: sender.kind === "twilio" ? senders.reportUrl(sender) : null,
    });
    const tried = { sender_id: sender.sender_id, tries: message.tries + 1 };
    await database.asProvider(providerId, async (tx) => {
      if (outcome.kind === "accepted")
        return change(tx, message, { state: "accepted", remote_id: outcome.remoteId, problem: null, ...tried });
      await giveBackOfDay(tx, ofToday);
      const state = outcome.kind === "later" ? "waiting" : "failed";
      await change(tx, message, { state, problem: outcome.why.slice(0, 300), ...tried });
      if (outcome.kind === "later") {
        const startAfterMs = outcome.afterMs ?? nextTryMs(tried.tries);
        await jobs.send(tx, messageJob, { providerId, messageId }, { startAfterMs });
      }
    });
    if (outcome.kind === "config-error")
      world.log.error("sms-sender-refused", { senderId: sender.sender_id, why: outcome.why });
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
