/** What a callback does: one transaction that finds whose it is, keeps it raw, and sends the job that judges it. */
import { newId } from "@karibu/protocol/identifiers";
import type { Tx } from "../../ground/db/database.ts";
import { hashOf } from "../channels/channels.ts";
import { readC2b } from "../channels/daraja/inflow-messages.ts";
import { resultJob } from "../channels/later-calls.ts";
import { readPesapalNotice } from "../channels/pesapal/messages.ts";
import { isStripeSignature, readStripeEvent } from "../channels/stripe/messages.ts";
import type { ChannelRow } from "../channels/tables.ts";
import { storeEvidence, withoutNul } from "../evidence/store-evidence.ts";
import { routeJob } from "../matching/route-inflow.ts";
import { decideValidation } from "../matching/validation-policy.ts";
import { askJob } from "../questions/ask-policy.ts";
import { accepted, createPushIntake, keepPushes } from "./push-intake.ts";
import type { CallbackIntake, HookAnswer, IntakeParts, RawCallback } from "./raw-callback.ts";

export interface Intake {
  readonly take: CallbackIntake;
  /** For whoever books: see `PushIntake`. */
  giveWay(): Promise<void>;
}

/** Callbacks to unknown paths that are kept in an hour; a flood of them must not fill the disk. */
const straysAnHourMax = 500;
const strayBytesMax = 4096;

export function createIntake({ world, database, jobs, webhookSecret }: IntakeParts): Intake {
  async function keepStray(tx: Tx, callback: RawCallback, reason: string): Promise<HookAnswer> {
    const nowMs = world.clock.wall().atMs;
    const { count } = await tx
      .selectFrom("stray_callbacks")
      .select((select) => select.fn.countAll<number>().as("count"))
      .where("received_at_ms", ">", nowMs - 3_600_000)
      .executeTakeFirstOrThrow();
    if (Number(count) >= straysAnHourMax) {
      world.log.warn("stray-callbacks-flood", { reason });
      return { status: 429, body: { ResultCode: 1, ResultDesc: "Too many" } };
    }
    await tx
      .insertInto("stray_callbacks")
      .values({
        stray_id: newId(world),
        path: `/k/${hashOf(callback.channelToken)}/${callback.kind ?? "push"}/${hashOf(callback.secret)}`,
        reason,
        body: withoutNul(callback.body).slice(0, strayBytesMax),
        remote_address: callback.remoteAddress,
        received_at_ms: nowMs,
      })
      .execute();
    return accepted;
  }

  const evidenceOf = (channel: ChannelRow, callback: RawCallback) => ({
    providerId: channel.provider_id,
    channelId: channel.channel_id,
    body: callback.body,
    remoteAddress: callback.remoteAddress,
  });

  async function onConfirmation(tx: Tx, channel: ChannelRow, callback: RawCallback): Promise<HookAnswer> {
    const read = readC2b(callback.body);
    const evidenceId = await storeEvidence(tx, world, {
      ...evidenceOf(channel, callback),
      intentId: null,
      source: "c2b-confirmation",
      naturalKey: "message" in read ? read.message.receipt : "",
      strayBecause: "refused" in read ? `not a genuine message: ${read.refused}` : null,
    });
    if (evidenceId !== null && "message" in read) {
      await jobs.send(tx, routeJob, { providerId: channel.provider_id, evidenceId });
    }
    return { status: 200, body: { ResultCode: 0, ResultDesc: "Success" } };
  }

  async function onResult(tx: Tx, channel: ChannelRow, callback: RawCallback): Promise<HookAnswer> {
    const providerId = channel.provider_id;
    const call = await tx
      .selectFrom("channel_calls")
      .select("call_id")
      .where("provider_id", "=", providerId)
      .where("channel_id", "=", channel.channel_id)
      .where("secret_hash", "=", hashOf(callback.secret))
      .executeTakeFirst();
    const isLate = callback.kind === "timeout";
    const evidenceId = await storeEvidence(tx, world, {
      ...evidenceOf(channel, callback),
      intentId: null,
      source: isLate ? "call-timeout" : "call-result",
      naturalKey: call?.call_id ?? hashOf(callback.secret),
      strayBecause: call === undefined ? "unknown call token" : isLate ? "still waiting in the channel's queue" : null,
    });
    if (call === undefined) return accepted;
    if (isLate) {
      await tx
        .updateTable("channel_calls")
        .set({ state: "late" })
        .where("provider_id", "=", providerId)
        .where("call_id", "=", call.call_id)
        .where("state", "in", ["sending", "accepted"])
        .execute();
    } else if (evidenceId !== null) {
      await jobs.send(tx, resultJob, { providerId, callId: call.call_id, evidenceId });
    }
    return accepted;
  }

  /** A notice carries nothing that could be believed: it only says which purchase to ask about now. */
  async function onNotice(tx: Tx, channel: ChannelRow, callback: RawCallback): Promise<HookAnswer> {
    const providerId = channel.provider_id;
    const isStripe = channel.kind === "stripe";
    const nowMs = world.clock.wall().atMs;
    let requestId: string | null = null;
    let refusal: string | null = null;
    let answer: HookAnswer = { status: 200, body: { received: true } };
    if (isStripe) {
      const secret = webhookSecret(channel);
      const signed = secret !== null && isStripeSignature(callback.signature ?? "", callback.body, secret, nowMs);
      const event = signed ? readStripeEvent(callback.body) : null;
      if (!signed) {
        refusal = "its signature is wrong or old";
        answer = { status: 400, body: { error: "signature" } };
      } else if (event === null) refusal = "no event of a session";
      requestId = event?.sessionId ?? (await sessionOf(tx, channel, event?.paymentIntent ?? null));
    } else {
      const notice = readPesapalNotice(callback.query ?? {}, callback.body);
      if (notice === null) refusal = "no order in it";
      requestId = notice?.orderId ?? null;
      answer = {
        status: 200,
        body: {
          orderNotificationType: "IPNCHANGE",
          orderTrackingId: notice?.orderId ?? "",
          orderMerchantReference: notice?.reference ?? "",
          status: 200,
        },
      };
    }
    const intent =
      requestId === null
        ? undefined
        : await tx
            .selectFrom("intents")
            .select("intent_id")
            .where("provider_id", "=", providerId)
            .where("channel_id", "=", channel.channel_id)
            .where("request_id", "=", requestId)
            .executeTakeFirst();
    const intentId = intent?.intent_id ?? null;
    await storeEvidence(tx, world, {
      ...evidenceOf(channel, callback),
      body: callback.body === "" ? JSON.stringify(callback.query ?? {}) : callback.body,
      intentId,
      source: "notice",
      naturalKey: requestId ?? "",
      strayBecause: refusal ?? (intentId === null ? "it names no order of ours" : "a reason to ask"),
    });
    if (intentId !== null) {
      const slot = Math.floor(nowMs / 1000);
      await jobs.send(
        tx,
        askJob,
        { providerId, intentId, notice: true },
        { singletonKey: `${intentId}/notice/${slot}` },
      );
    }
    return answer;
  }

  async function sessionOf(tx: Tx, channel: ChannelRow, receipt: string | null): Promise<string | null> {
    if (receipt === null) return null;
    const row = await tx
      .selectFrom("intents")
      .select("request_id")
      .where("provider_id", "=", channel.provider_id)
      .where("channel_id", "=", channel.channel_id)
      .where("receipt", "=", receipt)
      .executeTakeFirst();
    return row?.request_id ?? null;
  }

  const alone: CallbackIntake = (callback) =>
    database.asPlatform("payment-callback", async (tx) => {
      const channel = await tx
        .selectFrom("channels")
        .selectAll()
        .where("hook_token_hash", "=", hashOf(callback.channelToken))
        .executeTakeFirst();
      if (channel === undefined) return keepStray(tx, callback, "unknown channel token");
      switch (callback.kind ?? "push") {
        case "push":
          await keepPushes({ world, database, jobs, webhookSecret }, tx, [callback]); // found at the queue's next look
          return accepted;
        case "confirmation":
          return onConfirmation(tx, channel, callback);
        case "validation":
          return decideValidation(tx, channel, callback.body);
        case "result":
        case "timeout":
          return onResult(tx, channel, callback);
        case "notice":
          return onNotice(tx, channel, callback);
      }
    });
  const pushes = createPushIntake({ world, database, jobs, webhookSecret }, alone);
  return {
    take: (callback) => ((callback.kind ?? "push") === "push" ? pushes.take(callback) : alone(callback)),
    giveWay: pushes.giveWay,
  };
}
