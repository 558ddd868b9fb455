/** A refund that came back, as a statement or a channel's list says, whichever way it was sent: the customer did not get it. It leaves the books as it came in, and a person sends it again or gives it up. */
import { cents } from "@karibu/protocol/quantities";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import { balancesToTakeBack } from "../ledger/credit.ts";
import { balanced, type Posting } from "../ledger/entries.ts";
import { postedSum, turnedRound } from "../ledger/posted-sum.ts";
import { findPurchase, type PurchaseParts } from "../purchases/purchase-rows.ts";
import { peekReceipt } from "../receipts/receipt-rows.ts";
import { type RefundRow, readRefund, refundedOf, setRefund } from "./refund-rows.ts";

/** @returns false: it is no payout of ours, of another sum, or in the books as returned already */
export async function takeReturnedPayout(
  { world, ledger, emit }: Pick<PurchaseParts, "world" | "ledger" | "emit">,
  tx: Tx,
  { providerId, channelId }: ChannelRow,
  { receipt, linkedReceipt, amountCents }: Pick<StatementLine, "receipt" | "linkedReceipt" | "amountCents">,
): Promise<boolean> {
  if (linkedReceipt === null) return false;
  const found = await tx
    .selectFrom("refunds")
    .select("refundId")
    .where("providerId", "=", providerId)
    .where("channelId", "=", channelId)
    .where("resultReceipt", "=", linkedReceipt)
    .executeTakeFirst();
  const row = found === undefined ? null : await readRefund(tx, providerId, found.refundId);
  return row !== null && takeReturnedRefund({ world, ledger, emit }, tx, row, { receipt, amountCents });
}

/** @returns false: it was of another sum, or is in the books as returned already */
export async function takeReturnedRefund(
  { world, ledger, emit }: Pick<PurchaseParts, "world" | "ledger" | "emit">,
  tx: Tx,
  row: RefundRow,
  { receipt, amountCents }: { readonly receipt: string; readonly amountCents: number },
): Promise<boolean> {
  const { providerId } = row;
  if (row.state !== "done" || row.entryId === null || row.amountCents !== amountCents) return false;
  const own = await turnedRound(tx, { providerId, entryId: row.entryId });
  const postings = [...own, ...(await noMoreTwice(tx, row, own))];
  const entry = balanced({ entryKey: `refund-returned:${row.refundId}`, kind: "refund", postings });
  await ledger.post(tx, { providerId, purchaseId: row.purchaseId, party: row.party }, entry);
  // Without its entry it is no refund of the payment any more: the same sum can be refunded again.
  const problem = `it came back to us as ${receipt}`;
  // Whoever had seen it paid has not seen this: it is open again. One that was made in another way stays settled.
  const resolution = row.resolution === "paid" ? null : row.resolution;
  const returned = { state: "returned", entryId: null, returnedReceipt: receipt, resolution } as const;
  await setRefund(world, tx, row, { ...returned, problem });
  await emit(tx, providerId, { topic: "payment", id: row.purchaseId ?? row.refundId, action: "refund-returned" });
  return true;
}

/**
 * The channel gave the payment back besides, and what its customer had twice by that went out of their credit or became their debt. They have it once
 * now: it is theirs again. Reads the purchase's row, and the customer's credit last, under their locks.
 */
async function noMoreTwice(tx: Tx, row: RefundRow, own: readonly Posting[]): Promise<Posting[]> {
  const { providerId, purchaseId, currency } = row;
  const paid = purchaseId === null ? undefined : await findPurchase(tx, providerId, purchaseId);
  const paidBy = paid?.receipt == null ? null : await peekReceipt(tx, providerId, paid.receipt);
  if (paid === undefined || paidBy === null) return [];
  const givenBack = paidBy.returnedPlanCents + (paidBy.state === "reversed" ? paidBy.planCents : 0);
  const refunded = (await refundedOf(tx, providerId, paid.purchaseId)) - row.amountCents;
  const ownRefund = own.reduce((sum, { account, amountCents }) => sum + (account === "refunds" ? amountCents : 0), 0);
  const of = { providerId, purchaseId: paid.purchaseId, keyBegins: "" };
  const booked = (await postedSum(tx, of, "refunds")) + ownRefund;
  const theirs = Math.min(row.amountCents, Math.max(0, Math.min(paid.amountCents, givenBack + refunded) - booked));
  if (theirs === 0) return [];
  const debts = row.party === null ? theirs : (await balancesToTakeBack(tx, providerId, row.party, currency)).debts;
  const fromDebt = Math.max(0, Math.min(theirs, debts));
  return [
    { account: "refunds", currency, amountCents: cents(theirs) },
    { account: "debts", currency, amountCents: cents(-fromDebt) },
    { account: "credit", currency, amountCents: cents(fromDebt - theirs) },
  ];
}
