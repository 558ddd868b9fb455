/**
 * Asynchronous calls: status of a receipt, reversal, payout, balance. Their result comes later by a callback. The row is written
 * before the call leaves and names the path of its result, so a result may come before the answer, late, twice or never.
 */

import { newId, newSecret } from "@karibu/protocol/identifiers";
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { Schema } from "../../ground/db/schema.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { readEvidenceRow, settleEvidence } from "../evidence/evidence-rows.ts";
import type { AsyncCallKind, ChannelRow } from "./channel.ts";
import type { CallResult } from "./channel-messages.ts";
import { findChannel } from "./channel-rows.ts";
import { type Channels, hashOf } from "./channels.ts";
import { isStopped } from "./initiator-policy.ts";

/** Takes the result of a call. */
export const resultJob = "payments.result";

export type CallRow = Selectable<Schema["channel_calls"]>;

export interface AsyncOrder {
  readonly kind: AsyncCallKind;
  readonly channel: ChannelRow;
  /** The receipt that it is about, or the refund's id: its result is found by it. */
  readonly subject: string;
  readonly receipt?: string;
  readonly originalCallId?: string;
  readonly amountCents?: number;
  readonly phone?: string;
  readonly remarks: string;
  /** The name of an earlier try at the channel, which refuses to carry out one name twice. Left out: a new name. */
  readonly conversationId?: string;
}

export interface AsyncParts {
  readonly world: World;
  readonly database: Database;
  readonly channels: Channels;
  /** Of the database: by this process's clock alone nobody's money is old enough to be missing. */
}

export type SentCall =
  /** `repeated`: the channel has carried out, or will, an earlier call of this name, and not this one. */
  | { readonly kind: "sent" | "lost" | "repeated"; readonly callId: string }
  /** `isAnswered` false: the channel gave no answer, not even a token. */
  | { readonly kind: "refused"; readonly why: string; readonly isAnswered: boolean };

const noSuchCalls = "this channel has no such calls";

/** Why this channel can't make such a call now: a key is missing, or the channel refuses the initiator. Null: it can. For people. */
export function asyncCallProblem(channels: Channels, channel: ChannelRow, kind: AsyncCallKind): string | null {
  const missing = missingForAsyncCalls(channels, channel);
  if (missing !== null) return missing;
  const { initiator } = channels.kinds.definitionOf(channel.kind);
  if (initiator === null || !isStopped(initiator, channel.initiatorCode, kind)) return null;
  return `M-Pesa refuses the initiator: ${channel.initiatorProblem ?? channel.initiatorCode}`;
}

/** Which keys are missing that sign such calls, for people; null: none. */
export function missingForAsyncCalls(channels: Channels, channel: ChannelRow): string | null {
  const { asyncCalls } = channels.open(channel);
  return asyncCalls === null ? noSuchCalls : asyncCalls.missing();
}

/** Writes the call down, makes it, and writes down its answer. Nothing is sent twice: a lost answer is asked about. */
export async function callAsync(parts: AsyncParts, order: AsyncOrder): Promise<SentCall> {
  const { world, database, channels } = parts;
  const { channel, kind, subject, receipt, originalCallId, amountCents, phone } = order;
  const problem = asyncCallProblem(channels, channel, kind);
  const { asyncCalls } = channels.open(channel);
  if (asyncCalls === null || problem !== null)
    return { kind: "refused", why: problem ?? noSuchCalls, isAnswered: true };
  const callId = newId(world);
  const secret = newSecret(world);
  const conversationId = order.conversationId ?? callId;
  await database.asProvider(channel.providerId, (tx) =>
    tx
      .insertInto("channel_calls")
      .values({
        providerId: channel.providerId,
        callId,
        channelId: channel.channelId,
        kind,
        secretHash: hashOf(secret),
        subject,
        state: "sending",
        conversationId,
        initiatorVersion: channel.initiatorVersion,
        askedAtMs: world.clock.wall().atMs,
      })
      .execute(),
  );
  const sent = await asyncCalls.send({
    kind,
    resultUrl: channels.callbackUrl(channel, "r", secret),
    timeoutUrl: channels.callbackUrl(channel, "t", secret),
    remarks: cutText(order.remarks, 100),
    callId: conversationId,
    ...(receipt === undefined ? {} : { receipt }),
    ...(originalCallId === undefined ? {} : { originalCallId }),
    ...(amountCents === undefined ? {} : { amountCents }),
    ...(phone === undefined ? {} : { phone }),
  });
  const answer = sent.answer === null || sent.answer === undefined ? null : cutText(sent.answer, 2000);
  const state = sent.kind === "lost" ? "sending" : sent.kind === "refused" ? "refused" : "accepted";
  await database.asProvider(channel.providerId, (tx) =>
    tx
      .updateTable("channel_calls")
      .set({ answer, state })
      .where("providerId", "=", channel.providerId)
      .where("callId", "=", callId)
      .where("state", "=", "sending") // its result may have come first
      .execute(),
  );
  if (sent.kind !== "refused") return { kind: sent.kind, callId };
  return { kind: "refused", why: sent.why, isAnswered: sent.answer !== null };
}

/** The call whose result path has this secret; undefined: there is none. */
export function findCall(tx: Tx, channel: ChannelRow, secretHash: string): Promise<{ callId: string } | undefined> {
  return tx
    .selectFrom("channel_calls")
    .select("callId")
    .where("providerId", "=", channel.providerId)
    .where("channelId", "=", channel.channelId)
    .where("secretHash", "=", secretHash)
    .executeTakeFirst();
}

/** The channel says that the call still waits in its queue. */
export async function noteLate(tx: Tx, providerId: string, callId: string): Promise<void> {
  await tx
    .updateTable("channel_calls")
    .set({ state: "late" })
    .where("providerId", "=", providerId)
    .where("callId", "=", callId)
    .where("state", "in", ["sending", "accepted"])
    .execute();
}

/** The channel has said that what was to be paid out by these calls never will be. A result that comes all the same is taken. */
export async function noteDeclined(tx: Tx, providerId: string, subject: string): Promise<void> {
  await tx
    .updateTable("channel_calls")
    .set({ state: "refused" })
    .where("providerId", "=", providerId)
    .where("subject", "=", subject)
    .where("kind", "=", "payout")
    .where("state", "!=", "done")
    .execute();
}

export interface CallWithResult {
  readonly call: CallRow;
  readonly channel: ChannelRow;
  readonly result: CallResult;
}

/** The call and its result, once: a repeated result finds it done. */
export async function takeResult(
  { world, channels, envelope }: Pick<AsyncParts, "world" | "channels"> & { readonly envelope: Envelope },
  tx: Tx,
  providerId: string,
  callId: string,
  evidenceId: string,
): Promise<CallWithResult | null> {
  const call = await tx
    .selectFrom("channel_calls")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("callId", "=", callId)
    .forUpdate()
    .executeTakeFirst();
  const row = await readEvidenceRow(envelope, tx, providerId, evidenceId);
  if (call === undefined || row === undefined || row.state !== "new") return null;
  const channel = await findChannel(tx, providerId, call.channelId);
  const readers = channel === undefined ? null : channels.kinds.definitionOf(channel.kind).results;
  if (channel === undefined || readers === null) return null;
  const read = readers.readResult(row.body);
  if ("refused" in read) {
    await settleEvidence(tx, row, "unmatched", `not a genuine message: ${read.refused}`);
    return null;
  }
  const { code, text } = read.message;
  await settleEvidence(tx, row, "done", cutText(`${call.kind}: ${code} ${text}`.trim(), 200));
  if (call.state === "done") return null;
  await tx
    .updateTable("channel_calls")
    .set({ state: "done", resultCode: code, doneAtMs: world.clock.wall().atMs })
    .where("providerId", "=", providerId)
    .where("callId", "=", callId)
    .execute();
  return { call, channel, result: read.message };
}
