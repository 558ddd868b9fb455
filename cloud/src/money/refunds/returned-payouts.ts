/** A refund that came back, as a statement or a channel's list says, whichever way it was sent: the customer did not get it. It leaves the books as it came in, and a person sends it again or gives it up. */
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "../channels/channel.ts";
import type { StatementLine } from "../channels/channel-messages.ts";
import { balanced } from "../ledger/entries.ts";
import { turnedRound } from "../ledger/posted-sum.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { type RefundRow, readRefund, setRefund } from "./refund-rows.ts";

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
  const postings = await turnedRound(tx, { providerId, entryId: row.entryId });
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
