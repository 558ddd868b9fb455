/**
 * A refund on its way to the channel. A lost answer is asked about and never sent again: money that goes out twice does not
 * come back.
 */
import { cutText } from "@karibu/protocol/whole-text";
import type { World } from "@karibu/protocol/world";
import type { Tx } from "../../ground/db/database.ts";
import { type CallWithResult, callAsync } from "../channels/async-calls.ts";
import type { RefundAnswer } from "../channels/channel-contract.ts";
import type { ResultReaders } from "../channels/channel-messages.ts";
import { lookUpChannel, readChannel } from "../channels/channel-rows.ts";
import { noteUnknownCode } from "../evidence/unknown-codes.ts";
import { chargeEntry } from "../ledger/charges.ts";
import { creditToTakeBack } from "../ledger/credit.ts";
import { reverseReceipt } from "../matching/suspense.ts";
import { findPurchase, payerPhone } from "../purchases/purchase-rows.ts";
import { clearReversedReview, markForReview } from "../purchases/review.ts";
import { peekReceipt, readReceipt } from "../receipts/receipt-rows.ts";
import { outflowEntry } from "./refund-entry.ts";
import { twiceOf } from "./refund-policy.ts";
import { isOfAnother, type RefundParts, type RefundRow, readRefund, refundedOf, setRefund } from "./refund-rows.ts";
import { takeReturnedRefund } from "./returned-payouts.ts";

export const refundJob = "payments.refund";

const interrupted = "it was interrupted: look at the channel before you send again";

/** Also one that a second job took for interrupted, while the first one still waited for the channel: its answer counts. */
function isUnderWay({ state, problem }: RefundRow): boolean {
  return state === "sending" || (state === "unknown" && problem === interrupted);
}

/** The job: sends, once. A crash after the call was written down leaves it unknown, for a person; the result may still come. */
export async function sendRefund(parts: RefundParts, providerId: string, refundId: string): Promise<void> {
  const { database } = parts;
  const row = await database.asProvider(providerId, async (tx) => {
    const found = await readRefund(tx, providerId, refundId);
    if (found === null || (found.state !== "approved" && found.state !== "sending")) return null;
    const sent = await tx
      .selectFrom("channel_calls")
      .select("callId")
      .where("providerId", "=", providerId)
      .where("subject", "=", refundId)
      .executeTakeFirst();
    if (sent !== undefined || found.state === "sending") {
      await setRefund(parts.world, tx, found, { state: "unknown", problem: interrupted });
      return null;
    }
    // Given back at the channel since it was approved: a reversal that is repeated does nothing there, the other ways pay again.
    if (found.method !== "reversal" && (await readPaid(tx, found))?.state === "reversed") {
      await setRefund(parts.world, tx, found, {
        state: "failed",
        problem: "the payment was reversed meanwhile: its money is back with its payer",
      });
      return null;
    }
    return setRefund(parts.world, tx, found, { state: "sending" });
  });
  if (row === null) return;
  const channel = await lookUpChannel(database, providerId, row.channelId ?? "");
  if (channel === undefined) return;
  const { refund } = parts.channels.open(channel);
  if (row.method === "channel" && refund !== null) {
    const purchase = await database.asProvider(providerId, (tx) =>
      tx
        .selectFrom("purchases")
        .selectAll()
        .where("providerId", "=", providerId)
        .where("purchaseId", "=", row.purchaseId ?? "")
        .executeTakeFirstOrThrow(),
    );
    const { amountCents, currency, reason } = row;
    const order = {
      refundId,
      receipt: row.receipt ?? "",
      requestId: purchase.requestId ?? "",
      amountCents,
      currency,
      reason,
    };
    const answer = await refund.send(order).catch((): RefundAnswer => ({ kind: "lost" }));
    await database.asProvider(providerId, async (tx) => {
      const now = await readRefund(tx, providerId, refundId);
      if (now === null || !isUnderWay(now)) return; // the payment's status came first
      if (answer.kind === "done") await bookDone(parts, tx, now, null);
      else if (answer.kind === "accepted") await setRefund(parts.world, tx, now, { state: "sent" });
      else if (answer.kind === "refused")
        await setRefund(parts.world, tx, now, { state: "failed", problem: cutText(answer.why, 300) });
      else await setRefund(parts.world, tx, now, { state: "unknown", problem: "the answer was lost" });
    });
    return;
  }
  const phone = row.method === "payout" ? await payerOf(parts, row) : null;
  const conversationId = await database.asProvider(providerId, (tx) =>
    undecidedTry(parts.channels.kinds.definitionOf(channel.kind).results, tx, row),
  );
  const sent = await callAsync(parts, {
    kind: row.method === "payout" ? "payout" : "reversal",
    channel,
    subject: refundId,
    amountCents: row.amountCents,
    remarks: "Karibu: refund",
    ...(row.method === "reversal" && row.receipt !== null ? { receipt: row.receipt } : {}),
    ...(phone === null ? {} : { phone }),
    ...(conversationId === null ? {} : { conversationId }),
  });
  await database.asProvider(providerId, async (tx) => {
    const now = await readRefund(tx, providerId, refundId);
    if (now === null || !isUnderWay(now)) return; // its result came first
    if (sent.kind === "refused") await setRefund(parts.world, tx, now, { state: "failed", problem: sent.why });
    else if (sent.kind === "repeated") {
      const problem = "M-Pesa has taken an earlier try of this payout: look at the statement before you send again";
      await setRefund(parts.world, tx, now, { state: "unknown", problem });
    } else await setRefund(parts.world, tx, now, { state: sent.kind === "lost" ? "unknown" : "sent" });
  });
}

/**
 * Under which name an earlier try of this payout went out that M-Pesa never gave a verdict on, but a person did. The next try
 * bears the same name: if the person was mistaken, M-Pesa refuses it. Null: there is none, or its money came back.
 */
async function undecidedTry(results: ResultReaders | null, tx: Tx, row: RefundRow): Promise<string | null> {
  if (row.method !== "payout") return null;
  for (let earlier = row.retryOf; earlier !== null; ) {
    const refund = await readRefund(tx, row.providerId, earlier);
    if (refund?.state === "returned") return null;
    const call = await tx
      .selectFrom("channel_calls")
      .select(["callId", "conversationId", "state", "resultCode"])
      .where("providerId", "=", row.providerId)
      .where("subject", "=", earlier)
      .where("kind", "=", "payout")
      .executeTakeFirst();
    if (call !== undefined) {
      const isFailed = call.state === "done" && results?.isFinalFailure("payout", call.resultCode ?? "") === true;
      return isFailed || call.state === "refused" ? null : (call.conversationId ?? call.callId);
    }
    earlier = refund?.retryOf ?? null;
  }
  return null;
}

/** What the channel says became of it. A code that no table of ours lists says nothing: it is for a person. */
export async function takeRefundResult(
  parts: RefundParts,
  tx: Tx,
  { call, channel, result }: CallWithResult,
): Promise<void> {
  const row = await readRefund(tx, channel.providerId, call.subject);
  const readers = parts.channels.kinds.definitionOf(channel.kind).results;
  // Also where it came back since: that is the newer word.
  if (row === null || row.state === "returned" || readers === null) return;
  const { code, text } = result;
  const kind = row.method === "payout" ? "payout" : "reversal";
  const verdict = readers.readRefund(kind, result);
  if (row.state === "done" && verdict.kind === "failed") return noteDenied(parts, tx, row);
  if (row.state === "done" && verdict.kind === "unknown") return;
  if (verdict.kind === "unknown") {
    const from = { providerId: row.providerId, evidenceId: null, source: `${kind}-result` };
    await noteUnknownCode(tx, parts.world, from, `result code ${code}`);
  }
  if (verdict.kind !== "done") {
    if (row.state === "failed") return; // a person has said so already
    await setRefund(parts.world, tx, row, { state: verdict.kind, problem: cutText(`${code} ${text}`.trim(), 300) });
    return;
  }
  const { receipt, chargeCents } = verdict;
  await (row.state === "done" ? nameDone(parts, tx, row, receipt) : bookDone(parts, tx, row, receipt));
  const { providerId, rail, channelId, currency } = row;
  if (chargeCents <= 0 || !receipt || rail === null || channelId === null) return;
  const charge = chargeEntry({ channelId, rail, currency }, { receipt, amountCents: chargeCents });
  await parts.ledger.postOnce(tx, { providerId, purchaseId: null, party: null }, charge);
}

/**
 * The channel's last word is that a refund failed which is in the books as paid. By a person's word it is: they may have seen it, paid it in another way,
 * or been mistaken. The books stay as that person left them, and the payment is for a person to look at.
 */
export async function noteDenied({ world, emit }: RefundParts, tx: Tx, row: RefundRow): Promise<void> {
  const { providerId, purchaseId, refundId, resolution } = row;
  if (purchaseId === null || resolution !== "paid") return;
  world.log.warn("settled-refund-failed", { refundId });
  const { state } = await markForReview(tx, world, { providerId, purchaseId }, "refund-denied");
  await emit(tx, providerId, { topic: "payment", id: purchaseId, action: state });
}

/**
 * The channel's name of a payout that is in the books by a person's word: they may have typed none, or another's. By its own a statement knows it, and what
 * came back of it. Nothing where another refund has that name.
 */
export async function nameDone(
  parts: RefundParts,
  tx: Tx,
  row: RefundRow,
  resultReceipt: string | null,
): Promise<void> {
  if (row.method !== "payout" || resultReceipt === null || row.resultReceipt === resultReceipt) return;
  if (await isOfAnother(tx, row, resultReceipt)) return;
  await takeUnreadReturn(parts, tx, await setRefund(parts.world, tx, row, { resultReceipt }));
}

/** The money is with the customer: into the books, once. A whole refund reverses the receipt. */
export async function bookDone(
  parts: RefundParts,
  tx: Tx,
  row: RefundRow,
  resultReceipt: string | null,
): Promise<void> {
  if (row.method === "payout" && resultReceipt !== null && (await isOfAnother(tx, row, resultReceipt))) {
    // Both tries bear one name, and M-Pesa paid it once: this one moved nothing.
    await setRefund(parts.world, tx, row, {
      state: "failed",
      problem: `it is another refund's payout: ${resultReceipt}`,
    });
    return;
  }
  if (row.method !== "reversal" && !(await isWhole(parts, tx, row))) return bookOutflow(parts, tx, row, resultReceipt);
  const receipt = await readReceipt(tx, row.providerId, row.receipt ?? "");
  if (receipt !== null) await reverseReceipt(parts, tx, receipt, "reversal-result");
  await clearReversedReview(tx, row);
  await setRefund(parts.world, tx, row, { state: "done", problem: null, resultReceipt });
}

async function isWhole({ channels }: RefundParts, tx: Tx, row: RefundRow): Promise<boolean> {
  if (row.method !== "channel") return false;
  const channel = await readChannel(tx, row.providerId, row.channelId ?? "");
  return channels.open(channel).refund?.wholeOnly === true;
}

/** The payment's own status says that it was reversed: what was to do that, has. */
export async function settleReversed(
  { world }: { readonly world: World },
  tx: Tx,
  purchase: { readonly providerId: string; readonly purchaseId: string },
): Promise<void> {
  const { numUpdatedRows } = await tx
    .updateTable("refunds")
    .set({ state: "done", problem: null, changedAtMs: world.clock.wall().atMs })
    .where("providerId", "=", purchase.providerId)
    .where("purchaseId", "=", purchase.purchaseId)
    .where("method", "=", "channel")
    .where("state", "in", ["sending", "sent", "unknown"])
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n) await clearReversedReview(tx, purchase);
}

/** Locked until the transaction ends: the payment is neither reversed nor refunded in between. */
async function readPaid(tx: Tx, row: RefundRow) {
  return row.purchaseId === null ? undefined : findPurchase(tx, row.providerId, row.purchaseId);
}

/** What of this refund the customer has besides a reversal, of all or a part, or besides what was refunded in its place. */
async function givenTwice(tx: Tx, row: RefundRow): Promise<number> {
  const paid = await readPaid(tx, row);
  if (paid === undefined) return 0;
  if (paid.state === "reversed") return row.amountCents;
  const paidBy = paid.receipt === null ? null : await peekReceipt(tx, row.providerId, paid.receipt);
  const givenCents = (paidBy?.returnedPlanCents ?? 0) + (await refundedOf(tx, row.providerId, paid.purchaseId));
  return twiceOf({ priceCents: paid.amountCents, givenCents }, row.amountCents);
}

async function bookOutflow(parts: RefundParts, tx: Tx, row: RefundRow, resultReceipt: string | null): Promise<void> {
  const { providerId, refundId, amountCents, party, currency } = row;
  const twiceCents = await givenTwice(tx, row);
  const credit = twiceCents === 0 || party === null ? 0 : await creditToTakeBack(tx, providerId, party, currency);
  const of = { refundId, channelId: row.channelId ?? "", currency };
  const entry = outflowEntry(of, { amountCents, twiceCents }, credit);
  const entryId = await parts.ledger.post(tx, { providerId, purchaseId: row.purchaseId, party }, entry);
  const done = await setRefund(parts.world, tx, row, { state: "done", problem: null, entryId, resultReceipt });
  if (twiceCents > 0) await noteGivenTwice(parts, tx, row, twiceCents);
  await takeUnreadReturn(parts, tx, done);
}

/** A statement may have said that it came back before anybody knew of it: no later one tells of that again. */
async function takeUnreadReturn(parts: RefundParts, tx: Tx, done: RefundRow): Promise<void> {
  const { providerId, channelId, resultReceipt } = done;
  if (resultReceipt === null || channelId === null) return;
  const back = await parts.unreadReturnOf(tx, { providerId, channelId }, resultReceipt);
  if (back !== undefined) await takeReturnedRefund(parts, tx, done, back);
}

async function noteGivenTwice(
  { world, emit }: RefundParts,
  tx: Tx,
  { providerId, purchaseId }: RefundRow,
  twiceCents: number,
): Promise<void> {
  world.log.warn("payment-given-back-twice", { purchaseId, twiceCents });
  const id = { providerId, purchaseId };
  const purchase = await markForReview(tx, world, id, "given-back-twice");
  await emit(tx, providerId, { topic: "payment", id: purchase.purchaseId, action: purchase.state });
}

async function payerOf({ database, envelope }: RefundParts, row: RefundRow): Promise<string | null> {
  const purchase = await database.asProvider(row.providerId, (tx) =>
    findPurchase(tx, row.providerId, row.purchaseId ?? ""),
  );
  return purchase === undefined ? null : payerPhone(envelope, purchase);
}
