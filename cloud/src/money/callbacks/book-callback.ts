/**
 * What a callback does: one transaction that finds whose it is, keeps it raw, and leaves the job that judges it where nobody does before. Those of
 * prompts are kept by `prompt-batches.ts`, many in a transaction.
 */

import { newId } from "@karibu/protocol/identifiers";
import { cutText, storableText } from "@karibu/protocol/whole-text";
import type { Tx } from "../../ground/db/database.ts";
import { createPlaces } from "../../ground/db/places.ts";
import { findCall, noteLate } from "../channels/async-calls.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { CallbackAnswer, ReadNotice } from "../channels/channel-messages.ts";
import { readChannel } from "../channels/channel-rows.ts";
import { hashOf } from "../channels/channels.ts";
import { findByTokens, noteReceived } from "../channels/hook-tokens.ts";
import { returnsJob } from "../channels/pull-job.ts";
import { takeForwarded } from "../claims/message-addresses.ts";
import { settleEvidence, storeEvidence } from "../evidence/evidence-rows.ts";
import { askPageJob, pageOfNotice } from "../matching/payment-pages.ts";
import { decideValidation } from "../matching/validation-policy.ts";
import { adoptOrder } from "../purchases/adopt-order.ts";
import { askNowJob } from "../purchases/purchase-rows.ts";
import { purchaseOfRequest, requestPaidBy } from "../purchases/requests-sent.ts";
import type { HeldPurchase } from "./booker.ts";
import { accepted, confirmed } from "./callback-answers.ts";
import { type HeldFact, holdFact } from "./facts-at-once.ts";
import type { Fact } from "./judge-fact.ts";
import { keepPromptCallbacks } from "./keep-prompt-callbacks.ts";
import { createPromptIntake } from "./prompt-batches.ts";
import { type CallbackIntake, type HandTold, type IntakeParts, isOfPrompt, type RawCallback } from "./raw-callback.ts";
import { sealUnmatched } from "./unmatched-texts.ts";

const tooMany: CallbackAnswer = { status: 429, body: { ResultCode: 1, ResultDesc: "Too many" } };

export interface Intake {
  readonly take: CallbackIntake;
  /** What one does, in the caller's transaction. @param told gets what it tells of, to be handed on after the commit */
  takeIn(tx: Tx, callback: RawCallback, told: Telling): Promise<CallbackAnswer>;
  /** Bookings call it first: see `PromptIntake`. */
  letCallbacksPass(): Promise<void>;
}

/** `Told`, while it is gathered. */
export interface Telling {
  readonly purchases: HeldPurchase[];
  readonly facts: HeldFact[];
}

/** Callbacks to unknown paths that are kept in an hour; a flood of them must not fill the disk. */
const unmatchedAnHourMax = 500;
const unmatchedBytesMax = 4096;
/** With what its batch has waited before, shorter than a callback waits for its acknowledgement: see `database-or-spool.ts`. */
const ordinarily = { byKeys: true, lockTimeout: "1s" } as const;
const urgently = { ...ordinarily, urgent: "alone" } as const;
/**
 * To an address that is nobody's anybody may post, and who has paid must not stand behind them: so many at a time, on ordinary
 * connections; so many may wait, and what is more is not taken.
 */
const strangersMax = 2;
const strangersWaitingMax = 1000;

/**
 * @param handOn what callbacks told of, after the commit
 * @param isKnown whether an address is somebody's, as far as is known without the database
 */
export function createIntake(
  parts: IntakeParts,
  handOn: HandTold,
  isKnown: (callback: RawCallback) => boolean,
): Intake {
  const { world, database, jobs, envelope, channels } = parts;
  const definitionOf = (channel: ChannelRow) => channels.kinds.definitionOf(channel.kind);

  async function keepUnmatched(tx: Tx, callback: RawCallback, reason: string): Promise<CallbackAnswer> {
    const nowMs = callback.receivedAtMs ?? world.clock.wall().atMs;
    const { count } = await tx
      .selectFrom("unmatched_callbacks")
      .select((select) => select.fn.countAll<number>().as("count"))
      .where("receivedAtMs", ">", nowMs - 3_600_000)
      .executeTakeFirstOrThrow();
    if (Number(count) >= unmatchedAnHourMax) {
      world.log.warn("unmatched-callbacks-flood", { reason });
      return tooMany;
    }
    const unmatchedId = newId(world);
    await tx
      .insertInto("unmatched_callbacks")
      .values({
        unmatchedId,
        path: `/k/${hashOf(callback.channelToken)}/${callback.kind ?? "push"}/${hashOf(callback.secret)}`,
        reason,
        bodySealed: sealUnmatched(envelope, unmatchedId, cutText(storableText(callback.body), unmatchedBytesMax)),
        remoteAddress: callback.remoteAddress,
        receivedAtMs: nowMs,
      })
      .execute();
    return accepted;
  }

  const evidenceOf = (channel: ChannelRow, callback: RawCallback) => ({
    providerId: channel.providerId,
    channelId: channel.channelId,
    body: callback.body,
    remoteAddress: callback.remoteAddress,
    receivedAtMs: callback.receivedAtMs,
  });

  async function onConfirmation(
    tx: Tx,
    channel: ChannelRow,
    callback: RawCallback,
    { facts }: Telling,
  ): Promise<CallbackAnswer> {
    const { callbacks, readers } = definitionOf(channel);
    const source = callbacks.confirmation?.source ?? "confirmation";
    const read = readers.readInflow?.(source, callback.body) ?? { refused: "this channel sends no confirmations" };
    const evidenceId = await storeEvidence(tx, parts, {
      ...evidenceOf(channel, callback),
      purchaseId: null,
      source,
      naturalKey: "message" in read ? read.message.receipt : "",
      unmatchedReason: "refused" in read ? `not a genuine message: ${read.refused}` : null,
    });
    if (evidenceId !== null && "message" in read)
      facts.push(await holdFact(parts, tx, { providerId: channel.providerId, evidenceId, callId: null }));
    return confirmed;
  }

  async function onResult(
    tx: Tx,
    channel: ChannelRow,
    callback: RawCallback,
    { facts }: Telling,
  ): Promise<CallbackAnswer> {
    const providerId = channel.providerId;
    const call = await findCall(tx, channel, hashOf(callback.secret));
    const isLate = callback.kind === "timeout";
    const evidenceId = await storeEvidence(tx, parts, {
      ...evidenceOf(channel, callback),
      purchaseId: null,
      source: isLate ? "call-timeout" : "call-result",
      naturalKey: call?.callId ?? hashOf(callback.secret),
      unmatchedReason:
        call === undefined ? "unknown call token" : isLate ? "still waiting in the channel's queue" : null,
    });
    if (call === undefined) return accepted;
    if (isLate) {
      await noteLate(tx, providerId, call.callId);
    } else if (evidenceId !== null) {
      facts.push(await holdFact(parts, tx, { providerId, evidenceId, callId: call.callId }));
    }
    return accepted;
  }

  /** A notice carries nothing that we believe: it only says which purchase or payment page to ask about now. */
  async function onNotice(tx: Tx, channel: ChannelRow, callback: RawCallback): Promise<CallbackAnswer> {
    const providerId = channel.providerId;
    const readNotice = definitionOf(channel).callbacks.notice;
    if (readNotice === null) return keepUnmatched(tx, callback, "this channel sends no notices");
    // A signature is as old as it was when it came.
    const nowMs = callback.receivedAtMs ?? world.clock.wall().atMs;
    const { body, query = {}, signature = null } = callback;
    const notice = { body, query, signature, keys: () => channels.keys(channel) };
    const { about, refusal, answer, returns = false } = readNotice(notice, nowMs);
    const requestId = await requestOf(tx, channel, about);
    const known = requestId === null ? null : await purchaseOfRequest(tx, channel, requestId);
    const purchaseId = known ?? (await adopted(tx, channel, about));
    const page = purchaseId === null ? await pageOfNotice(tx, channel, about) : null;
    const isOurs = purchaseId !== null || page !== null;
    const evidenceId = await storeEvidence(tx, parts, {
      ...evidenceOf(channel, callback),
      body: callback.body === "" ? JSON.stringify(callback.query ?? {}) : callback.body,
      purchaseId,
      source: "notice",
      naturalKey: requestId ?? "",
      unmatchedReason: refusal ?? (isOurs ? null : "it names no order of ours"),
    });
    // It fits, and is no news for a person: all that it does is the question.
    if (evidenceId !== null && refusal === null && isOurs)
      await settleEvidence(tx, { providerId, evidenceId }, "done", "a reason to ask");
    if (returns) {
      const channelId = channel.channelId;
      await jobs.send(tx, returnsJob, { providerId, channelId }, { singletonKey: channelId });
    }
    const slot = Math.floor(nowMs / 1000);
    if (page !== null)
      await jobs.send(tx, askPageJob, { providerId, ...page }, { singletonKey: `${page.promptId}/notice/${slot}` });
    if (purchaseId !== null) {
      await jobs.send(
        tx,
        askNowJob,
        { providerId, purchaseId, notice: true },
        { singletonKey: `${purchaseId}/notice/${slot}` },
      );
    }
    return answer;
  }

  function adopted(tx: Tx, channel: ChannelRow, about: ReadNotice["about"]): Promise<string | null> | null {
    if (about === null || !("requestId" in about)) return null;
    const { requestId, reference = null } = about;
    return reference === null ? null : adoptOrder(tx, channel, { requestId, reference });
  }

  async function requestOf(tx: Tx, channel: ChannelRow, about: ReadNotice["about"]): Promise<string | null> {
    if (about === null) return null;
    if ("requestId" in about) return about.requestId;
    return requestPaidBy(tx, channel, about.receipt);
  }

  /** A channel that asks no such question gets the answer that harms nobody. */
  function onValidation(tx: Tx, channel: ChannelRow, callback: RawCallback): Promise<CallbackAnswer> {
    const { validation } = definitionOf(channel).callbacks;
    if (validation === null) return keepUnmatched(tx, callback, "this channel asks for no validation");
    return validation(callback.body, decideValidation(tx, channel));
  }

  async function takeIn(tx: Tx, callback: RawCallback, told: Telling): Promise<CallbackAnswer> {
    const kind = callback.kind ?? "push";
    const { receivedAtMs } = callback;
    if (kind === "message") {
      const { channelToken: token, body, remoteAddress } = callback;
      const forwarded = { token, body, remoteAddress, receivedAtMs };
      // A phone that forwards to an address that has ended tells of people's lives: nothing of it is kept.
      const toJudge = async (fact: Fact) => {
        told.facts.push(await holdFact(parts, tx, { ...fact, callId: null }));
      };
      return (await takeForwarded(parts, tx, forwarded, toJudge)) ?? { status: 404, body: { ok: false } };
    }
    const use = kind === "confirmation" || kind === "validation" ? "confirmation" : "push";
    const nowMs = receivedAtMs ?? world.clock.wall().atMs;
    const [found] = await findByTokens(tx, use, [hashOf(callback.channelToken)], nowMs);
    if (found === undefined) return keepUnmatched(tx, callback, "unknown channel token");
    const channel = await readChannel(tx, found.providerId, found.channelId);
    if (kind !== "push") await noteReceived(tx, use, [found], nowMs);
    switch (kind) {
      case "push": {
        const kept = (await keepPromptCallbacks(parts, tx, [callback])).told;
        told.purchases.push(...kept.purchases);
        told.facts.push(...kept.facts);
        return accepted;
      }
      case "confirmation":
        return onConfirmation(tx, channel, callback, told);
      case "validation":
        return onValidation(tx, channel, callback);
      case "result":
      case "timeout":
        return onResult(tx, channel, callback, told);
      case "notice":
        return onNotice(tx, channel, callback);
    }
  }
  const strangers = createPlaces(strangersMax);
  const alone: CallbackIntake = async (callback) => {
    const isOurs = isKnown(callback);
    const work = async (tx: Tx) => {
      const told: Telling = { purchases: [], facts: [] };
      return { answer: await takeIn(tx, callback, told), told };
    };
    const run = () => database.asPlatform("payment-callback", work, isOurs ? urgently : ordinarily);
    if (!isOurs && strangers.waiting >= strangersWaitingMax) return tooMany;
    const { answer, told } = await (isOurs ? run() : strangers.take(run));
    handOn(told);
    return answer;
  };
  const ofPrompts = createPromptIntake(parts, alone, handOn);
  return {
    take: (callback) => (isOfPrompt(callback) ? ofPrompts.take(callback) : alone(callback)),
    takeIn,
    letCallbacksPass: ofPrompts.letCallbacksPass,
  };
}
