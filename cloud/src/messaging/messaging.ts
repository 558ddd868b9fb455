/**
 * Text messages: written in the transaction of their cause, once per event, template and recipient; sent by a job through
 * the provider's newest active sender; their fate told by reports. Number and text rest sealed: a text may carry a code.
 */
import { createHash } from "node:crypto";
import { newId, newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import express, { type Request, type Response, Router } from "express";
import type { Selectable } from "kysely";
import { z } from "zod";
import { maskPhone, phoneHash } from "../ground/amounts/phone.ts";
import type { Database, Tx } from "../ground/db/database.ts";
import type { HttpCall } from "../ground/http-client/http-call.ts";
import { publicUrlSchema } from "../ground/http-client/public-url.ts";
import type { JobQueue } from "../ground/jobs/queue.ts";
import type { Envelope } from "../ground/secrets/envelope.ts";
import { advanta, readAdvantaReport } from "./advanta.ts";
import { africastalking, readAfricasTalkingReport } from "./africastalking.ts";
import type { DeliveryReport, SendSms } from "./sender-contract.ts";
import type { MessageTables } from "./tables.ts";
import { isTwilioSignature, readTwilioReport, twilio } from "./twilio.ts";

export const messageJob = "sms.send";

export type SenderRow = Selectable<MessageTables["message_senders"]>;
export type MessageRow = Selectable<MessageTables["messages"]>;

export interface MessagingParts {
  readonly world: World;
  readonly database: Database;
  readonly envelope: Envelope;
  readonly jobs: JobQueue;
  readonly http: HttpCall;
}

export interface MessagingSettings {
  readonly publicUrl: string;
  readonly africastalkingBaseUrl: string | null;
  /** Instead of the address that a sender names: a simulator. */
  readonly advantaBaseUrl?: string | null;
  readonly twilioBaseUrl: string | null;
}

const text = z.string().trim().min(1).max(200);
export const newSenderSchema = z.discriminatedUnion("kind", [
  z.strictObject({
    kind: z.literal("africastalking"),
    name: text,
    username: text,
    apiKey: text,
    from: text.max(11).optional(),
  }),
  z.strictObject({
    kind: z.literal("advanta"),
    name: text,
    apiKey: text,
    partnerId: text,
    shortcode: text.max(11),
    /** The hub calls it: an https address on the internet. */
    baseUrl: publicUrlSchema,
  }),
  z.strictObject({
    kind: z.literal("twilio"),
    name: text,
    accountSid: text.regex(/^AC/, "begins with AC"),
    authToken: text,
    from: text,
  }),
]);
export type NewSender = z.infer<typeof newSenderSchema>;

type Keys = NewSender & { readonly hookToken: string };

export interface Messaging {
  /** In the caller's transaction. The same event, template and phone a second time is not another message. */
  send(
    tx: Tx,
    message: { providerId: string; event: string; template: string; phone: string; text: string },
  ): Promise<void>;
  createSender(tx: Tx, providerId: string, sender: NewSender): Promise<SenderRow>;
  resend(tx: Tx, row: MessageRow): Promise<void>;
  /** Reports of gateways; mount at `/hooks/m`, before anything that reads bodies. */
  readonly hooks: Router;
  registerJobs(): Promise<void>;
}

const hashOf = (secret: string) => createHash("sha256").update(secret).digest("hex");
const jobSchema = z.object({ providerId: z.string(), messageId: z.string() });
/** A message older than this is no news any more. */
const staleAfterMs = 24 * 3_600_000;

export function createMessaging(parts: MessagingParts, settings: MessagingSettings): Messaging {
  const { world, database, envelope, jobs, http } = parts;
  const keysOf = (row: SenderRow): Keys =>
    JSON.parse(envelope.open(row.keys_sealed, `sender/${row.provider_id}/${row.sender_id}`).toString("utf8")) as Keys;
  const reportUrl = (row: SenderRow) => `${settings.publicUrl}/hooks/m/${keysOf(row).hookToken}`;

  function open(row: SenderRow): SendSms {
    const keys = keysOf(row);
    switch (keys.kind) {
      case "africastalking": {
        const sandbox =
          keys.username === "sandbox" ? "https://api.sandbox.africastalking.com" : "https://api.africastalking.com";
        return africastalking({ http, baseUrl: settings.africastalkingBaseUrl ?? sandbox }, keys);
      }
      case "advanta":
        return settings.advantaBaseUrl
          ? advanta({ http, baseUrl: settings.advantaBaseUrl, isTyped: false }, keys)
          : advanta({ http, baseUrl: keys.baseUrl.replace(/\/+$/, ""), isTyped: true }, keys);
      case "twilio":
        return twilio({ http, baseUrl: settings.twilioBaseUrl ?? "https://api.twilio.com" }, keys);
    }
  }

  async function set(
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
      sender: await tx
        .selectFrom("message_senders")
        .selectAll()
        .where("provider_id", "=", providerId)
        .where("active", "=", true)
        .orderBy("sender_id", "desc")
        .executeTakeFirst(),
    }));
    if (message === undefined || message.state !== "waiting") return;
    const fail = (problem: string) =>
      database.asProvider(providerId, (tx) => set(tx, message, { state: "failed", problem }));
    if (world.clock.wall().atMs - message.created_at_ms > staleAfterMs) return fail("it could not be sent for a day");
    if (sender === undefined) return fail("there is no active sender");
    const context = `message/${providerId}/${messageId}`;
    const phone = envelope.open(message.to_sealed, `${context}/to`).toString("utf8");
    const body = envelope.open(message.text_sealed, `${context}/text`).toString("utf8");
    const outcome = await open(sender)({
      phone,
      text: body,
      reportUrl: sender.kind === "twilio" ? reportUrl(sender) : null,
    });
    const tries = message.tries + 1;
    await database.asProvider(providerId, async (tx) => {
      if (outcome.kind === "accepted") {
        return set(tx, message, {
          state: "accepted",
          remote_id: outcome.remoteId,
          sender_id: sender.sender_id,
          tries,
          problem: null,
        });
      }
      const state = outcome.kind === "later" ? "waiting" : "failed";
      return set(tx, message, { state, problem: outcome.why.slice(0, 300), sender_id: sender.sender_id, tries });
    });
    if (outcome.kind === "config-error")
      world.log.error("sms-sender-refused", { senderId: sender.sender_id, why: outcome.why });
    if (outcome.kind === "later") throw new Error(`the message has to wait: ${outcome.why}`); // the queue tries again
  }

  async function takeReport(token: string, raw: string, signature: string | null): Promise<number> {
    return database.asPlatform("sms-report", async (tx) => {
      const sender = await tx
        .selectFrom("message_senders")
        .selectAll()
        .where("hook_token_hash", "=", hashOf(token))
        .executeTakeFirst();
      if (sender === undefined) return 404;
      const keys = keysOf(sender);
      if (keys.kind === "twilio" && !isTwilioSignature(signature ?? "", reportUrl(sender), raw, keys.authToken))
        return 403;
      const report = readReport(sender.kind, raw);
      if (report === null) return 400;
      // A report that comes late never takes back a final one.
      if (report.state === "on-its-way") return 200;
      await tx
        .updateTable("messages")
        .set({ state: report.state, problem: report.why, changed_at_ms: world.clock.wall().atMs })
        .where("provider_id", "=", sender.provider_id)
        .where("sender_id", "=", sender.sender_id)
        .where("remote_id", "=", report.remoteId)
        .where("state", "=", "accepted")
        .execute();
      return 200;
    });
  }

  const hooks = Router();
  hooks.post(
    "/:token",
    express.raw({ type: () => true, limit: 16 * 1024 }),
    (request: Request, response: Response, next) => {
      const raw = Buffer.isBuffer(request.body) ? request.body.toString("utf8") : "";
      takeReport(String(request.params.token), raw, request.get("x-twilio-signature") ?? null).then(
        (status) => void response.status(status).json({}),
        next,
      );
    },
  );

  return {
    hooks,
    async send(tx, { providerId, event, template, phone, text: body }) {
      const messageId = newId(world);
      const context = `message/${providerId}/${messageId}`;
      const nowMs = world.clock.wall().atMs;
      const stored = await tx
        .insertInto("messages")
        .values({
          provider_id: providerId,
          message_id: messageId,
          event_key: `${event}/${template}/${phoneHash(phone)}`,
          template,
          to_sealed: envelope.seal(Buffer.from(phone), `${context}/to`),
          to_hash: phoneHash(phone),
          to_masked: maskPhone(phone),
          text_sealed: envelope.seal(Buffer.from(body), `${context}/text`),
          state: "waiting" as const,
          created_at_ms: nowMs,
          changed_at_ms: nowMs,
        })
        .onConflict((conflict) => conflict.doNothing())
        .executeTakeFirst();
      if (stored.numInsertedOrUpdatedRows === 1n) await jobs.send(tx, messageJob, { providerId, messageId });
    },
    async createSender(tx, providerId, sender) {
      const senderId = newId(world);
      const hookToken = newSecret(world, 16);
      const nowMs = world.clock.wall().atMs;
      return tx
        .insertInto("message_senders")
        .values({
          provider_id: providerId,
          sender_id: senderId,
          kind: sender.kind,
          name: sender.name,
          keys_sealed: envelope.seal(
            Buffer.from(JSON.stringify({ ...sender, hookToken })),
            `sender/${providerId}/${senderId}`,
          ),
          hook_token_hash: hashOf(hookToken),
          active: true,
          created_at_ms: nowMs,
          updated_at_ms: nowMs,
        })
        .returningAll()
        .executeTakeFirstOrThrow();
    },
    async resend(tx, row) {
      await set(tx, row, { state: "waiting", problem: null, created_at_ms: world.clock.wall().atMs });
      await jobs.send(tx, messageJob, { providerId: row.provider_id, messageId: row.message_id });
    },
    registerJobs: () =>
      jobs.work(messageJob, async (data) => {
        const { providerId, messageId } = jobSchema.parse(data);
        await deliver(providerId, messageId);
      }),
  };
}

function readReport(kind: SenderRow["kind"], raw: string): DeliveryReport | null {
  if (kind === "africastalking") return readAfricasTalkingReport(raw);
  return kind === "advanta" ? readAdvantaReport(raw) : readTwilioReport(raw);
}
