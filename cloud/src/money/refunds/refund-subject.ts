/** What a refund is for: a payment, a voucher, or a sale for cash at a site. Each knows its price, its use, and how it ends. */

import { voucherGrantId } from "@karibu/protocol/grant-id";
import { type Terms, unlimitedTerms } from "@karibu/protocol/plan";
import { sql } from "kysely";
import { readPausedTime } from "../../catalogue/grants/paused-time.ts";
import { priceToBook, readBatch } from "../../catalogue/vouchers/batches.ts";
import { readVoucher, setVoucherDisabled } from "../../catalogue/vouchers/vouchers.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { readFollowers } from "../../ground/feed/read-pages.ts";
import { notFound, Problem, refusal } from "../../ground/http/problem.ts";
import { lockCashSale, readCashSale, switchCashSale } from "../cash-sales/cash-sale-rows.ts";
import { asyncCallProblem } from "../channels/async-calls.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { readChannel } from "../channels/channel-rows.ts";
import { type CodeSale, lockCode, readCodeSale } from "../paper-sales/declare-sold.ts";
import type { PaperSale } from "../paper-sales/paper-entry.ts";
import { findPurchase, payerPhone, readPurchase, receiptThatPaid } from "../purchases/purchase-rows.ts";
import { peekReceipt, type ReceiptRow, readReceipt } from "../receipts/receipt-rows.ts";
import { toldUseOf } from "../receipts/told-credit.ts";
import { readGrantUse } from "./grant-use.ts";
import { type GrantUse, unused, withPauses } from "./refund-policy.ts";
import type { RefundParts } from "./refund-rows.ts";
import type { RefundFacts } from "./refund-ways.ts";

export interface RefundSubject {
  readonly providerId: string;
  readonly purchaseId: string | null;
  readonly voucherId: string | null;
  readonly cashSaleId: string | null;
  /** Null: no channel was paid (a voucher). */
  readonly receipt: ReceiptRow | null;
  readonly party: Party | null;
  readonly priceCents: number;
  /** What of the price its channel gave back by itself: a part that was reversed there. */
  readonly returnedCents: number;
  readonly currency: string;
  readonly package: { readonly terms: Terms; readonly use: GrantUse };
  /** When it was taken back; from then on nothing more of it was used up. Null: it runs. */
  readonly endedAtMs: number | null;
  /** Sites that could have given it. */
  readonly siteIds: readonly string[];
  /** For `refundWays`. */
  readonly facts: Omit<RefundFacts, "amountCents">;
  /** A voucher's, whose money our books have, or must have once it is refunded. */
  readonly paperSale: PaperSale | null;
  /** Did anybody buy it? Of what is no voucher always `booked`. */
  readonly sale: CodeSale;
  /** `taken-over`: another system has its money in its books, and owes us what is given back here; it was no revenue of ours. */
  readonly givenBackAs: "refunds" | "taken-over";
  /** Ends what is left of it, at every site that could give it. */
  revoke(tx: Tx): Promise<void>;
}

export type SubjectName =
  | { readonly paymentId: string }
  | { readonly voucherId: string }
  | { readonly cashSaleId: string };

/** `change`: locked until the transaction ends. `look`: nothing is locked, and what is read may change at once. */
export type SubjectUse = "change" | "look";

/** Throws Problems that name the field. */
export async function readSubject(
  parts: RefundParts,
  tx: Tx,
  providerId: string,
  what: SubjectName,
  use: SubjectUse,
): Promise<RefundSubject> {
  if ("paymentId" in what) return readPaymentSubject(parts, tx, providerId, what.paymentId, use);
  if ("voucherId" in what) return readVoucherSubject(parts, tx, what.voucherId, use);
  return readCashSaleSubject(parts, tx, providerId, what.cashSaleId, use);
}

async function readPaymentSubject(
  parts: RefundParts,
  tx: Tx,
  providerId: string,
  paymentId: string,
  subjectUse: SubjectUse,
): Promise<RefundSubject> {
  const { purchase, receipt } = await readPaid(tx, providerId, paymentId, subjectUse);
  if (purchase === undefined) throw notFound("payment", "paymentId");
  if (receipt === null || receipt.state !== "booked" || purchase.state !== "paid")
    throw refusal("not-refundable", { field: "paymentId" });
  const channel = await readChannel(tx, providerId, receipt.channelId);
  const grants = await tx
    .selectFrom("grants")
    .select(["grantId", "purchaseId", "revokedAtMs", "siteId"])
    .where("providerId", "=", providerId)
    .where((is) => is.or([is("purchaseId", "=", paymentId), is("bundlePurchaseId", "=", paymentId)]))
    .orderBy("purchaseId", "asc")
    .execute();
  const grant = grants.find(({ purchaseId }) => purchaseId !== null);
  const moves = await tx
    .selectFrom("grant_leases")
    .select(["siteId", "fromSiteId"])
    .where("providerId", "=", providerId)
    .where("grantId", "in", ["", ...grants.map(({ grantId }) => grantId)])
    .execute();
  const untilMs = grant?.revokedAtMs ?? parts.world.clock.wall().atMs;
  let use = unused;
  for (const { grantId } of grants) use = mostUsed(use, await readGrantUse(tx, providerId, grantId, untilMs));
  return {
    providerId,
    purchaseId: paymentId,
    voucherId: null,
    cashSaleId: null,
    paperSale: null,
    sale: "booked",
    givenBackAs: "refunds",
    receipt,
    party: purchase.phoneHash,
    priceCents: purchase.amountCents,
    returnedCents: receipt.returnedPlanCents,
    currency: receipt.currency,
    package: { terms: purchase.terms, use },
    endedAtMs: grant?.revokedAtMs ?? null,
    siteIds: [...grants.map(({ siteId }) => siteId), ...moves.flatMap((move) => [move.siteId, move.fromSiteId])],
    facts: {
      isVoucher: false,
      // Credit from unproved money must not come back as credit that looks proved.
      isProven: purchase.corroborated || (receipt.corroborated && (await toldUseOf(tx, providerId, paymentId)) === 0),
      receiptCents: receipt.amountCents,
      channelCents: receipt.planCents - (await givenThroughChannel(tx, receipt)),
      isLastPart: receipt.planCents < purchase.amountCents,
      hasPhone: payerPhone(parts.envelope, purchase) !== null,
      channel: waysOfChannel(parts, channel),
    },
    revoke: (transaction) => parts.grants.revoke(transaction, providerId, paymentId),
  };
}

/** Of a bundle whose codes were used by several people, the one that was used most decides. */
function mostUsed(one: GrantUse, other: GrantUse): GrantUse {
  const starts = [one.startedAtMs, other.startedAtMs].filter((atMs) => atMs !== null);
  const pauses = [one, other].filter(({ startedAtMs }) => startedAtMs !== null).map(({ pausedMs = 0 }) => pausedMs);
  const ends = [one.endsAtMs, other.endsAtMs].filter((atMs) => atMs !== null);
  return {
    startedAtMs: starts.length === 0 ? null : Math.min(...starts),
    endsAtMs: ends.length === 0 ? null : Math.max(...ends),
    usedBytes: Math.max(one.usedBytes, other.usedBytes),
    usedSeconds: Math.max(one.usedSeconds, other.usedSeconds),
    pausedMs: pauses.length === 0 ? 0 : Math.min(...pauses),
  };
}

async function readPaid(tx: Tx, providerId: string, paymentId: string, use: SubjectUse) {
  if (use === "look") {
    const purchase = await readPurchase(tx, providerId, paymentId);
    return {
      purchase,
      receipt: purchase?.receipt == null ? null : await peekReceipt(tx, providerId, purchase.receipt),
    };
  }
  // Its receipt is locked before it. Another one may have paid meanwhile: that one is locked if it is free.
  const paidBy = await receiptThatPaid(tx, providerId, paymentId);
  if (paidBy !== null) await readReceipt(tx, providerId, paidBy);
  const purchase = await findPurchase(tx, providerId, paymentId);
  return { purchase, receipt: purchase?.receipt == null ? null : await readReceipt(tx, providerId, purchase.receipt) };
}

/** What of a receipt went back the way it came, or is going; what was only asked for is not decided. */
async function givenThroughChannel(tx: Tx, { providerId, rail, receipt }: ReceiptRow): Promise<number> {
  const row = await tx
    .selectFrom("refunds")
    .select((select) => select.fn.sum<number | null>("amountCents").as("sum"))
    .where("providerId", "=", providerId)
    .where("rail", "=", rail)
    .where("receipt", "=", receipt)
    .where("method", "in", ["payout", "channel"])
    .where("state", "in", ["approved", "sending", "sent", "unknown", "done"])
    .executeTakeFirst();
  return Number(row?.sum ?? 0);
}

function waysOfChannel({ channels }: RefundParts, channel: ChannelRow): RefundFacts["channel"] {
  const { asyncCalls, refund } = channels.open(channel);
  return {
    hasAsyncCalls: asyncCalls !== null,
    missing: asyncCalls === null ? null : asyncCallProblem(channels, channel, "reversal"),
    refunds: refund !== null,
    wholeOnly: refund?.wholeOnly === true,
  };
}

async function readVoucherSubject(
  parts: RefundParts,
  tx: Tx,
  voucherId: string,
  subjectUse: SubjectUse,
): Promise<RefundSubject> {
  const voucher = await readVoucher(parts, tx, voucherId).catch((error: unknown) => {
    if (error instanceof Problem && error.status === 404) throw notFound("voucher", "voucherId");
    throw error;
  });
  const batch = await readBatch(tx, voucher.batchId);
  const { providerId } = batch;
  if (subjectUse === "change") await lockCode(tx, providerId, voucherId);
  const { batchId, serial, currency, usedBytes, usedSeconds } = voucher;
  const bookedCents = priceToBook(batch);
  const paperSale = bookedCents === 0 ? null : { batchId, serial, priceCents: bookedCents, currency };
  const given = await tx
    .selectFrom("refunds")
    .select((select) => select.fn.min("changedAtMs").as("at"))
    .where("providerId", "=", providerId)
    .where("voucherId", "=", voucherId)
    .where("revoke", "=", true)
    .where("state", "not in", ["asked", "refused"])
    .executeTakeFirst();
  const names = sql<string[]>`array[${voucherGrantId({ batchId, serial })}::text]`;
  const use = withPauses(
    { startedAtMs: voucher.redeemedAtMs, endsAtMs: voucher.endsAtMs, usedBytes, usedSeconds },
    await readPausedTime(tx, providerId, names, given?.at ?? parts.world.clock.wall().atMs),
  );
  return {
    providerId,
    purchaseId: null,
    voucherId,
    cashSaleId: null,
    paperSale,
    sale: await readCodeSale(parts, tx, batch, voucher),
    givenBackAs: batch.booking === "elsewhere" ? "taken-over" : "refunds",
    receipt: null,
    party: null,
    // Nobody paid for what was given away.
    priceCents: batch.booking === "given-away" ? 0 : voucher.priceCents,
    returnedCents: 0,
    currency: voucher.currency,
    package: { terms: batch.terms, use },
    endedAtMs: given?.at ?? null,
    siteIds: await readFollowers(tx, providerId, batchId),
    facts: withoutChannel,
    revoke: async (transaction) => {
      await setVoucherDisabled(parts, transaction, voucherId, true);
    },
  };
}

/** What was taken in cash for a code: no channel had the money. */
const withoutChannel: RefundSubject["facts"] = {
  isVoucher: true,
  isProven: true,
  receiptCents: null,
  hasPhone: false,
  channel: null,
  channelCents: 0,
  isLastPart: false,
};

/** The office gives the cash back; what the seller took stays with the seller until it is handed in. */
async function readCashSaleSubject(
  parts: RefundParts,
  tx: Tx,
  providerId: string,
  id: string,
  subjectUse: SubjectUse,
): Promise<RefundSubject> {
  const sale = await (subjectUse === "change" ? lockCashSale : readCashSale)(tx, providerId, id, "cashSaleId");
  if (subjectUse === "change") await parts.sellers.hold(tx, sale.sellerId);
  const untilMs = sale.disabledAtMs ?? parts.world.clock.wall().atMs;
  return {
    providerId,
    purchaseId: null,
    voucherId: null,
    cashSaleId: id,
    paperSale: null,
    sale: "booked",
    givenBackAs: "refunds",
    receipt: null,
    party: sale.phoneHash,
    priceCents: sale.priceCents,
    returnedCents: 0,
    currency: sale.currency,
    package: { terms: sale.terms ?? unlimitedTerms, use: await readGrantUse(tx, providerId, sale.grantId, untilMs) },
    endedAtMs: sale.disabledAtMs,
    siteIds: [sale.siteId],
    facts: withoutChannel,
    revoke: (transaction) => switchCashSale(parts, transaction, sale, false),
  };
}
