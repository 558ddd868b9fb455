/**
 * A person says that a payment of the channel's own paid for something: an expense, or what a venue's owner had to get.
 *
 * Attacks   One payment told twice, for two things or by two people at once: its receipt stands once, and is locked until the entry is in the books.
 *           One that a statement has booked as a withdrawal to the bank, at this moment or before: it has left the channel in the books.
 */
import type { Tx } from "../../ground/db/database.ts";
import { onCollision } from "../../ground/db/on-collision.ts";
import { refusal } from "../../ground/http/problem.ts";
import { lockReceipt } from "../receipts/receipt-rows.ts";
import { withdrawalsInBooks } from "./withdrawals.ts";

export interface PaidByHand {
  readonly providerId: string;
  readonly rail: string;
  readonly receipt: string;
}

/** Nobody books this receipt before the transaction has ended. Throws Problem 409 "reference-taken" where it is in the books as a withdrawal. */
export async function lockForHand(tx: Tx, { providerId, rail, receipt }: PaidByHand): Promise<void> {
  await lockReceipt(tx, { providerId, rail, receipt });
  if ((await withdrawalsInBooks(tx, { providerId, rail }, [receipt])).size > 0) throw referenceTaken();
}

/** Under the lock, and before its entry is posted. Throws Problem 409 "reference-taken" where the receipt paid for something else. */
export async function recordPaidByHand(
  tx: Tx,
  paid: {
    readonly providerId: string;
    readonly channelId: string;
    readonly rail: string;
    readonly receipt: string;
    readonly entryKey: string;
    /** Minor units. */
    readonly amountCents: number;
  },
): Promise<void> {
  await tx
    .insertInto("paid_by_hand")
    .values({
      providerId: paid.providerId,
      channelId: paid.channelId,
      rail: paid.rail,
      receipt: paid.receipt,
      entryKey: paid.entryKey,
      amountCents: paid.amountCents,
    })
    .execute()
    .catch(onCollision(referenceTaken));
}

/** Its entry is turned round: the receipt stands for nothing any more. */
export async function forgetPaidByHand(tx: Tx, providerId: string, entryKey: string): Promise<void> {
  await tx.deleteFrom("paid_by_hand").where("providerId", "=", providerId).where("entryKey", "=", entryKey).execute();
}

export const referenceTaken = () => refusal("reference-taken", { field: "reference" });
