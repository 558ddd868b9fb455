/**
 * Calls to Daraja whose result comes later: status of a receipt, reversal, payout, balance. The row is written before the
 * call leaves and names the path of its result, so a result may come before the answer, late, twice or never.
 */
import { newId, newSecret } from "@karibu/protocol/identifiers";
import type { World } from "@karibu/protocol/world";
import type { Selectable } from "kysely";
import type { Database, Tx } from "../../ground/db/database.ts";
import type { JobQueue } from "../../ground/jobs/queue.ts";
import { settleEvidence } from "../evidence/store-evidence.ts";
import { type Channels, hashOf } from "./channels.ts";
import { classifyError } from "./daraja/codes.ts";
import { type CallResult, readCallResult } from "./daraja/inflow-messages.ts";
import { readAnswer } from "./daraja/messages.ts";
import { isUsableCertificate, securityCredential } from "./daraja/security-credential.ts";
import { isStopped } from "./initiator-policy.ts";
import type { ChannelRow, ChannelTables, LaterKind } from "./tables.ts";

export const resultJob = "payments.result";

export type CallRow = Selectable<ChannelTables["channel_calls"]>;

export interface LaterOrder {
  readonly kind: LaterKind;
  readonly channel: ChannelRow;
  /** The receipt asked about, or the refund's id: how its result finds its way. */
  readonly subject: string;
  readonly receipt?: string;
  readonly amount?: number;
  readonly phone?: string;
  readonly remarks: string;
  /** The name of an earlier try at M-Pesa, which refuses to carry out one name twice; left out: a name of its own. */
  readonly conversationId?: string;
}

export interface LaterParts {
  readonly world: World;
  readonly database: Database;
  readonly jobs: JobQueue;
  readonly channels: Channels;
}

export type SentCall =
  /** `repeated`: M-Pesa has carried out, or will, an earlier call of this name, and not this one. */
  | { readonly kind: "sent" | "lost" | "repeated"; readonly callId: string }
  | { readonly kind: "refused"; readonly why: string };

/** What keeps this channel from such a call: something is missing, or M-Pesa refuses the initiator. Null: nothing. For people. */
export function laterCallProblem(channels: Channels, channel: ChannelRow, kind: LaterKind): string | null {
  const missing = missingForLaterCalls(channels, channel);
  if (missing !== null || !isStopped(channel.initiator_code, kind)) return missing;
  return `M-Pesa refuses the initiator: ${channel.initiator_problem ?? channel.initiator_code}`;
}

/** Has it all that such calls are signed with? Null when it has; otherwise what is missing, for people. */
export function missingForLaterCalls(channels: Channels, channel: ChannelRow): string | null {
  if (channels.daraja(channel) === null) return "this channel has no such calls";
  const { initiatorName, initiatorPassword, certificate } = channels.keys(channel);
  if (!initiatorName || !initiatorPassword) return "the initiator's name and password are not set";
  if (!certificate) return "the channel's certificate is not set";
  return isUsableCertificate(certificate) ? null : "the channel's certificate can't be read";
}

/** Writes the call down, makes it, writes down its answer. Nothing is sent twice: a lost answer is asked about. */
export async function callLater(parts: LaterParts, order: LaterOrder): Promise<SentCall> {
  const { world, database, channels } = parts;
  const { channel } = order;
  const client = channels.daraja(channel);
  const problem = laterCallProblem(channels, channel, order.kind);
  if (client === null || problem !== null) return { kind: "refused", why: problem ?? "no such calls" };
  const { initiatorName = "", initiatorPassword = "", certificate = "" } = channels.keys(channel);
  const callId = newId(world);
  const secret = newSecret(world);
  const conversationId = order.conversationId ?? callId;
  await database.asProvider(channel.provider_id, (tx) =>
    tx
      .insertInto("channel_calls")
      .values({
        provider_id: channel.provider_id,
        call_id: callId,
        channel_id: channel.channel_id,
        kind: order.kind,
        secret_hash: hashOf(secret),
        subject: order.subject,
        state: "sending",
        conversation_id: conversationId,
        initiator_version: channel.initiator_version,
        asked_at_ms: world.clock.wall().atMs,
      })
      .execute(),
  );
  // What throws in here threw before anything was sent: no credential could be made, or there was no token.
  const attempt = async () =>
    client.callLater({
      kind: order.kind,
      initiatorName,
      securityCredential: securityCredential(initiatorPassword, certificate),
      resultUrl: channels.hookUrl(channel, "r", secret),
      timeoutUrl: channels.hookUrl(channel, "t", secret),
      remarks: order.remarks.slice(0, 100),
      callId: conversationId,
      ...(order.receipt === undefined ? {} : { receipt: order.receipt }),
      ...(order.amount === undefined ? {} : { amount: order.amount }),
      ...(order.phone === undefined ? {} : { phone: order.phone }),
    });
  const answer = await attempt().catch((error: Error) => error.message);
  const refusal = typeof answer === "string" ? answer : refusalOf(answer);
  const lost = typeof answer !== "string" && refusal === null && answer.status === 0;
  await database.asProvider(channel.provider_id, (tx) =>
    tx
      .updateTable("channel_calls")
      .set({
        answer: typeof answer === "string" ? null : answer.body.slice(0, 2000),
        ...(refusal === null ? {} : { state: "refused" as const }),
      })
      .where("provider_id", "=", channel.provider_id)
      .where("call_id", "=", callId)
      .where("state", "=", "sending")
      .execute(),
  );
  if (refusal === null && !lost) {
    await database.asProvider(channel.provider_id, (tx) =>
      tx
        .updateTable("channel_calls")
        .set({ state: "accepted" })
        .where("provider_id", "=", channel.provider_id)
        .where("call_id", "=", callId)
        .where("state", "=", "sending")
        .execute(),
    );
  }
  if (refusal !== null) return { kind: "refused", why: refusal };
  if (typeof answer !== "string" && isDuplicate(answer)) return { kind: "repeated", callId };
  return { kind: lost ? "lost" : "sent", callId };
}

/** What a synchronous answer says against us; null: accepted, or nobody knows. */
function refusalOf({ status, body }: { status: number; body: string }): string | null {
  if (status === 0) return null;
  const read = readAnswer(status, body);
  if (read.kind === "answer") return String(read.fields.ResponseCode ?? "0") === "0" ? null : "not accepted";
  const verdict = classifyError("push", status, read.code, read.text);
  if (verdict.kind === "unknown") return null;
  return `${read.code} ${read.text}`.trim() || `HTTP ${status}`;
}

function isDuplicate({ status, body }: { status: number; body: string }): boolean {
  const read = readAnswer(status, body);
  return read.kind === "error" && read.code === "500.002.1001" && /duplicate/i.test(read.text);
}

/** The call and its result, once: a repeated result finds it done. */
export async function takeResult(
  tx: Tx,
  world: World,
  providerId: string,
  callId: string,
  evidenceId: string,
): Promise<{ readonly call: CallRow; readonly channel: ChannelRow; readonly result: CallResult } | null> {
  const call = await tx
    .selectFrom("channel_calls")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("call_id", "=", callId)
    .forUpdate()
    .executeTakeFirst();
  const row = await tx
    .selectFrom("evidence")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("evidence_id", "=", evidenceId)
    .executeTakeFirst();
  if (call === undefined || row === undefined || row.state !== "new") return null;
  const read = readCallResult(row.body);
  if ("refused" in read) {
    await settleEvidence(tx, row, "stray", `not a genuine message: ${read.refused}`);
    return null;
  }
  const { code, text } = read.message;
  await settleEvidence(tx, row, "done", `${call.kind}: ${code} ${text}`.trim().slice(0, 200));
  if (call.state === "done") return null;
  await tx
    .updateTable("channel_calls")
    .set({ state: "done", result_code: code, done_at_ms: world.clock.wall().atMs })
    .where("provider_id", "=", providerId)
    .where("call_id", "=", callId)
    .execute();
  const channel = await tx
    .selectFrom("channels")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", call.channel_id)
    .executeTakeFirstOrThrow();
  return { call, channel, result: read.message };
}
