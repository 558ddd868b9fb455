/**
 * Payouts without a result: the answer was lost, or the result never came. M-Pesa is asked about them by the name that we gave
 * them (`OriginalConversationID`). Only "completed" and a final refusal count; anything else leaves them to a person.
 */
import { cutText } from "@karibu/protocol/whole-text";
import { sql } from "kysely";
import type { Tx } from "../../ground/db/database.ts";
import { type CallWithResult, callAsync, noteDeclined } from "../channels/async-calls.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { type RefundParts, readRefund, setRefund } from "./refund-rows.ts";
import { bookDone, nameDone, noteDenied } from "./send-refund.ts";

const minuteMs = 60_000;
/** A result may still come within this time. */
const lostAfterMs = 2 * minuteMs;
const lateAfterMs = 60 * minuteMs;
const askEveryMs = 30 * minuteMs;
const askWithinMs = 3 * 86_400_000;
const atOnce = 5;

/** Part of a channel's sweep. */
export async function askAboutLostPayouts(parts: RefundParts, channel: ChannelRow): Promise<void> {
  const { providerId, channelId } = channel;
  const nowMs = parts.world.clock.wall().atMs;
  const lost = await parts.database.asProvider(providerId, (tx) =>
    tx
      .selectFrom("refunds")
      .innerJoin("channel_calls as call", (join) =>
        join
          .onRef("call.providerId", "=", "refunds.providerId")
          .onRef("call.subject", "=", "refunds.refundId")
          .on("call.kind", "=", "payout"),
      )
      .select(["refunds.refundId", "call.callId", "call.conversationId"])
      .where("refunds.providerId", "=", providerId)
      .where("refunds.channelId", "=", channelId)
      .where("refunds.method", "=", "payout")
      .where("refunds.resolution", "is", null)
      .where("call.state", "!=", "done")
      .where("call.askedAtMs", ">", nowMs - askWithinMs)
      .where((where) =>
        where.or([
          where.and([where("refunds.state", "=", "unknown"), where("call.askedAtMs", "<", nowMs - lostAfterMs)]),
          where.and([where("refunds.state", "=", "sent"), where("call.askedAtMs", "<", nowMs - lateAfterMs)]),
        ]),
      )
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom("channel_calls as question")
              .select("question.callId")
              .whereRef("question.providerId", "=", "refunds.providerId")
              .whereRef("question.subject", "=", "refunds.refundId")
              .where("question.kind", "=", "payout-status")
              .where("question.askedAtMs", ">", nowMs - askEveryMs),
          ),
        ),
      )
      // First those that nobody was asked about, then those asked about longest ago: else the same few would be asked about for three days.
      .orderBy(sql`(select max(question.asked_at_ms) from channel_calls question where question.provider_id = refunds.provider_id
        and question.subject = refunds.refund_id and question.kind = 'payout-status') nulls first`)
      .orderBy("call.askedAtMs")
      .limit(atOnce)
      .execute(),
  );
  for (const { refundId: subject, callId, conversationId: name } of lost) {
    const originalCallId = name ?? callId;
    await callAsync(parts, { kind: "payout-status", channel, subject, originalCallId, remarks: "Karibu: payout" });
  }
}

/** The answer to such a question. */
export async function takePayoutStatus(parts: RefundParts, tx: Tx, of: CallWithResult): Promise<void> {
  const { call, channel, result } = of;
  const row = await readRefund(tx, channel.providerId, call.subject);
  const readers = parts.channels.kinds.definitionOf(channel.kind).results;
  if (row === null || readers === null) return;
  const shortcodes = [channel.shortcode, ...(channel.storeNumber === null ? [] : [channel.storeNumber])];
  const verdict = readers.readPayoutStatus(result, { amountCents: row.amountCents, shortcodes });
  if (row.state === "done" && verdict.kind === "failed") return noteDenied(parts, tx, row);
  if (row.state === "done" && verdict.kind === "done") return nameDone(parts, tx, row, verdict.receipt);
  if (row.state !== "unknown" && row.state !== "sent") return;
  if (verdict.kind === "done") return bookDone(parts, tx, row, verdict.receipt);
  // The next try is another payout, with a name of its own.
  if (verdict.kind === "failed") await noteDeclined(tx, channel.providerId, call.subject);
  const problem = cutText(`asked about it, M-Pesa says: ${result.code} ${result.text}`, 300);
  await setRefund(parts.world, tx, row, { state: verdict.kind, problem });
}
