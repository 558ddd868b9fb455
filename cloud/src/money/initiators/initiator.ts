/**
 * The shell around `initiator-policy.ts`: what results say of a channel's initiator is noted, and told to the provider's
 * owners in the transaction that notes it. The keys that sell are another matter (`check-channel.ts`).
 */

import { cutText } from "@karibu/protocol/whole-text";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import type { AsyncParts, CallRow, CallWithResult } from "../channels/async-calls.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { setInitiatorState } from "../channels/channel-rows.ts";
import { judgeInitiator, refusalOf } from "../channels/initiator-policy.ts";
import type { InitiatorRefused } from "../channels/initiator-rules.ts";
import { sendLookUp } from "../channels/look-up-job.ts";
import { sendResume } from "../questions/waiting-questions.ts";
import { isCorroborated, newestKnown } from "../receipts/known-receipts.ts";

export type InitiatorParts = AsyncParts & {
  readonly jobs: JobQueue;
  readonly emit: Emit;
  /** In the transaction that notes it. */
  readonly onInitiatorRefused?: (tx: Tx, channel: ChannelRow, refused: InitiatorRefused) => Promise<void>;
  /** In the same transaction: the sites are told whether they can sell online. */
  channelsChanged(tx: Tx, providerId: string): Promise<void>;
};

/** Takes a result as a word about who signed its call. What it says about money is another matter. */
export async function noteInitiatorResult(
  parts: InitiatorParts,
  tx: Tx,
  { call, channel, result }: CallWithResult,
): Promise<void> {
  const { world, jobs, emit } = parts;
  const { providerId, channelId } = channel;
  const rules = parts.channels.kinds.definitionOf(channel.kind).initiator;
  if (rules === null) return;
  const isDoubtful = rules.readRefusal(result.code)?.reason === "bad-request";
  const known = isDoubtful ? await anotherKnown(tx, channel, call) : null;
  const decision = judgeInitiator(
    rules,
    { version: channel.initiatorVersion, code: channel.initiatorCode },
    { version: call.initiatorVersion, kind: call.kind, code: result.code, mayBeMistyped: known !== null },
  );
  const nowMs = world.clock.wall().atMs;
  switch (decision.kind) {
    case "nothing":
      return;
    case "works": {
      if (channel.initiatorProvedAtMs !== null) return;
      const proof = { initiatorProvedAtMs: nowMs, initiatorStoppedAtMs: null };
      if ((await setInitiatorState(tx, channel, proof, true)) === undefined) return;
      await sendResume(jobs, tx, { ...channel, initiatorProvedAtMs: nowMs }, nowMs);
      return emit(tx, providerId, { topic: "channel", id: channelId, action: "initiator-works" });
    }
    case "ask-about-known":
      if (known !== null) await sendLookUp(jobs, tx, channel, known);
      return;
    case "refused": {
      const row = await setInitiatorState(tx, channel, {
        initiatorCode: result.code,
        initiatorProblem: cutText(`${result.code} ${result.text}`.trim(), 300),
        initiatorStoppedAtMs: channel.initiatorStoppedAtMs ?? nowMs,
      });
      if (row !== undefined) await notifyRefused(parts, tx, row);
    }
  }
}

/** In the transaction that gave the channel another initiator, or took it away: what waits is asked at once. */
export async function initiatorChanged({ world, jobs, emit }: InitiatorParts, tx: Tx, row: ChannelRow): Promise<void> {
  await sendResume(jobs, tx, row, world.clock.wall().atMs);
  await emit(tx, row.providerId, { topic: "channel", id: row.channelId, action: "initiator-changed" });
}

/** A receipt that M-Pesa must know, where the one that was asked about may be none; null: it is known, or no other one is. */
async function anotherKnown(tx: Tx, channel: ChannelRow, call: CallRow): Promise<string | null> {
  return (await isCorroborated(tx, channel, call.subject)) ? null : newestKnown(tx, channel);
}

async function notifyRefused(
  { world, channels, emit, onInitiatorRefused }: InitiatorParts,
  tx: Tx,
  row: ChannelRow,
): Promise<void> {
  const rules = channels.kinds.definitionOf(row.kind).initiator;
  const refusal = rules === null ? null : refusalOf(rules, row.initiatorCode);
  if (refusal === null) return;
  const { providerId, channelId, name: channel } = row;
  const problem = row.initiatorProblem ?? row.initiatorCode ?? "";
  world.log.warn("initiator-refused", { channelId, code: row.initiatorCode, ...refusal });
  const initiatorName = row.settings.initiatorName ?? "";
  await onInitiatorRefused?.(tx, row, { providerId, channel, initiatorName, problem, ...refusal });
  await emit(tx, providerId, { topic: "channel", id: channelId, action: "initiator-refused" });
}
