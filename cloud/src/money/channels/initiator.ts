/**
 * The shell around `initiator-policy.ts`: what results say of a channel's initiator is noted, and told to the provider's
 * owners in the transaction that notes it. The keys that sell are another matter (`check-channel.ts`).
 */
import { Fault } from "@karibu/protocol/fault";
import { z } from "zod";
import type { Tx } from "../../ground/db/database.ts";
import type { Emit } from "../../ground/events/emit.ts";
import { lookUpJob, newestKnown, sendResume } from "../questions/waiting-questions.ts";
import { channelKinds } from "./channel-kinds.ts";
import type { Channels } from "./channels.ts";
import { initiatorReasons, initiatorRefusal } from "./daraja/codes.ts";
import type { CallResult } from "./daraja/inflow-messages.ts";
import { type InitiatorState, initiatorState, initiatorStates, judgeInitiator, refusalOf } from "./initiator-policy.ts";
import { type CallRow, type LaterParts, missingForLaterCalls } from "./later-calls.ts";
import type { ChannelRow } from "./tables.ts";

/** What the owners are told. */
export interface InitiatorRefused {
  readonly providerId: string;
  /** The channel's name. */
  readonly channel: string;
  readonly initiatorName: string;
  readonly reason: (typeof initiatorReasons)[number];
  readonly stops: "everything" | "questions";
  /** M-Pesa's code and words. */
  readonly problem: string;
}

export type InitiatorParts = LaterParts & {
  readonly emit: Emit;
  /** In the transaction that notes it. */
  readonly onInitiatorRefused?: (tx: Tx, refused: InitiatorRefused) => Promise<void>;
  /** In the same transaction: the sites are told whether they can sell online. */
  channelsChanged(tx: Tx, providerId: string): Promise<void>;
};

/** Takes a result as a word about who signed its call. What it says about money is another matter. */
export async function noteInitiatorResult(
  parts: InitiatorParts,
  tx: Tx,
  { call, channel, result }: { call: CallRow; channel: ChannelRow; result: CallResult },
): Promise<void> {
  const { world, jobs, emit } = parts;
  const { provider_id: providerId, channel_id: channelId } = channel;
  const isDoubtful = initiatorRefusal(result.code)?.reason === "bad-request";
  const known = isDoubtful ? await anotherKnown(tx, channel, call) : null;
  const decision = judgeInitiator(
    { version: channel.initiator_version, code: channel.initiator_code },
    { version: call.initiator_version, kind: call.kind, code: result.code, mayBeMistyped: known !== null },
  );
  const nowMs = world.clock.wall().atMs;
  // Written only where nothing has changed since the row was read: no lock on it that sales would wait for.
  const unchanged = tx
    .updateTable("channels")
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", channelId)
    .where("initiator_version", "=", channel.initiator_version)
    .where("initiator_code", channel.initiator_code === null ? "is" : "=", channel.initiator_code);
  switch (decision.kind) {
    case "nothing":
      return;
    case "works": {
      if (channel.initiator_proved_at_ms !== null) return;
      const proved = await unchanged
        .set({ initiator_proved_at_ms: nowMs, initiator_stopped_at_ms: null })
        .where("initiator_proved_at_ms", "is", null)
        .executeTakeFirst();
      if (proved.numUpdatedRows === 0n) return;
      await sendResume(jobs, tx, { ...channel, initiator_proved_at_ms: nowMs }, nowMs);
      return emit(tx, providerId, { topic: "channel", id: channelId, action: "initiator-works" });
    }
    case "ask-about-known":
      await jobs.send(
        tx,
        lookUpJob,
        { providerId, channelId, receipt: known },
        { singletonKey: `${channelId}/${known}` },
      );
      return;
    case "refused": {
      const row = await unchanged
        .set({
          initiator_code: result.code,
          initiator_problem: `${result.code} ${result.text}`.trim().slice(0, 300),
          initiator_stopped_at_ms: channel.initiator_stopped_at_ms ?? nowMs,
        })
        .returningAll()
        .executeTakeFirst();
      if (row !== undefined) await tellOf(parts, tx, row);
    }
  }
}

/** In the transaction that gave the channel another initiator, or took it away: what waits is asked at once. */
export async function initiatorChanged({ world, jobs, emit }: InitiatorParts, tx: Tx, row: ChannelRow): Promise<void> {
  await sendResume(jobs, tx, row, world.clock.wall().atMs);
  await emit(tx, row.provider_id, { topic: "channel", id: row.channel_id, action: "initiator-changed" });
}

/** A receipt that M-Pesa must know, where the one that was asked about may be none; null: it is known, or no other one is. */
async function anotherKnown(tx: Tx, channel: ChannelRow, call: CallRow): Promise<string | null> {
  const asked = await tx
    .selectFrom("receipts")
    .select("corroborated")
    .where("provider_id", "=", channel.provider_id)
    .where("channel_id", "=", channel.channel_id)
    .where("receipt", "=", call.subject)
    .executeTakeFirst();
  return asked?.corroborated === true ? null : newestKnown(tx, channel);
}

async function tellOf({ world, emit, onInitiatorRefused }: InitiatorParts, tx: Tx, row: ChannelRow): Promise<void> {
  const refusal = refusalOf(row.initiator_code);
  if (refusal === null) return;
  const { provider_id: providerId, channel_id: channelId, name: channel } = row;
  const problem = row.initiator_problem ?? row.initiator_code ?? "";
  world.log.warn("initiator-refused", { channelId, code: row.initiator_code, ...refusal });
  const initiatorName = row.settings.initiatorName ?? "";
  await onInitiatorRefused?.(tx, { providerId, channel, initiatorName, problem, ...refusal });
  await emit(tx, providerId, { topic: "channel", id: channelId, action: "initiator-refused" });
}

/**
 * Refusals that nobody was told of: an earlier release stopped sales over them, and the sites may still believe that. Told
 * once, whichever process comes first.
 */
export async function tellUntold(parts: InitiatorParts): Promise<void> {
  const untold = await parts.database.asPlatform("untold-initiators", (tx) =>
    tx.selectFrom("channels").select(["provider_id", "channel_id"]).where("initiator_untold", "=", true).execute(),
  );
  for (const { provider_id: providerId, channel_id: channelId } of untold) {
    await parts.database.asProvider(providerId, async (tx) => {
      const row = await tx
        .updateTable("channels")
        .set({ initiator_untold: false })
        .where("provider_id", "=", providerId)
        .where("channel_id", "=", channelId)
        .where("initiator_untold", "=", true)
        .returningAll()
        .executeTakeFirst();
      if (row === undefined) return;
      await tellOf(parts, tx, row);
      await parts.channelsChanged(tx, providerId);
    });
  }
}

/** The initiator as the API shows it; null: a channel of this kind has none. */
export const initiatorView = z.object({
  name: z.string().nullable(),
  state: z.enum(initiatorStates),
  /** Why M-Pesa refuses it. */
  reason: z.enum(initiatorReasons).nullable(),
  /** M-Pesa's code and words. */
  problem: z.string().nullable(),
  /** What is asked no more until it is replaced: questions about receipts alone, or reversals and payouts as well. */
  stops: z.enum(["nothing", "questions", "everything"]),
  stoppedAtMs: z.int().nullable(),
  /** When a result first showed that it works. */
  provedAtMs: z.int().nullable(),
});

export function viewInitiator(channels: Channels, row: ChannelRow): z.input<typeof initiatorView> | null {
  if (!channelKinds[row.kind].isDaraja) return null;
  const state: InitiatorState = initiatorState({
    hasName: row.settings.initiatorName !== undefined,
    isIncomplete: isIncomplete(channels, row),
    code: row.initiator_code,
    provedAtMs: row.initiator_proved_at_ms,
  });
  const refusal = state === "refused" ? refusalOf(row.initiator_code) : null;
  return {
    name: row.settings.initiatorName ?? null,
    state,
    reason: refusal?.reason ?? null,
    problem: refusal === null ? null : row.initiator_problem,
    stops: refusal?.stops ?? (state === "none" || state === "incomplete" ? "everything" : "nothing"),
    stoppedAtMs: row.initiator_stopped_at_ms,
    provedAtMs: row.initiator_proved_at_ms,
  };
}

/** Keys that this hub can't open count as missing: the channel is listed all the same. */
function isIncomplete(channels: Channels, row: ChannelRow): boolean {
  try {
    return missingForLaterCalls(channels, row) !== null;
  } catch (error) {
    if (error instanceof Fault) return true;
    throw error;
  }
}
