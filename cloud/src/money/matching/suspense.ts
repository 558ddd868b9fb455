/** Money without an owner gets one: a purchase, or a customer's credit. Each receipt once; the row's lock sees to it. */
import { newId } from "@karibu/protocol/identifiers";
import { cents } from "@karibu/protocol/quantities";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelKinds } from "../channels/channel-kinds.ts";
import { ofChannel } from "../channels/of-channel.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { overrideWaiting, storeEvidence } from "../evidence/evidence-rows.ts";
import { payerFits, readPayer } from "../evidence/inflow.ts";
import { absorbEvidence } from "../purchases/absorb-evidence.ts";
import { tellInstead } from "../purchases/message-phone.ts";
import { type LoadedPurchase, type PurchaseParts, peekPurchase } from "../purchases/purchase-rows.ts";
import { isOutOfSuspense } from "../receipts/known-receipts.ts";
import { isOnlyEntered, type ReceiptRow, setReceipt } from "../receipts/receipt-rows.ts";
import { isUndone, undoUnapplied } from "../receipts/unapplied.ts";
import { payerHashShown, payerShown } from "./payer-shown.ts";

/**
 * `another-kind`: the purchase goes through another rail or counts in another currency; booked there, the money would count twice.
 * `waits`: it is this purchase's once it is proved, for too much is unverified.
 */
export type GivenToPurchase = "given" | "not-in-suspense" | "another-kind" | "waits";

export interface GivenBy {
  /** One of us says so, or the money is proved; else it opens what told money opens, within the hourly limit. */
  readonly isBelieved: boolean;
  /** Staff who may move money say so: it may complete what the purchase's own customer has of credit. Default: only that customer's money may. */
  readonly isByStaff?: boolean;
  /** Who claims it, MSISDN; null: nobody does, or their number is not known. They are told, else who paid. */
  readonly phone: string | null;
}

/** Somebody (or a rule) says which purchase this money was for. */
export async function giveToPurchase(
  parts: PurchaseParts,
  tx: Tx,
  row: ReceiptRow,
  purchaseId: string,
  { isBelieved, isByStaff = false, phone }: GivenBy,
): Promise<GivenToPurchase> {
  if (row.state !== "suspense") return "not-in-suspense";
  if (row.returnedCents > 0) return "another-kind"; // less is left than the purchase would be told of
  if (!(await canPayPurchase(parts.channels.kinds, tx, row, purchaseId))) return "another-kind";
  const asked = await peekPurchase(parts, tx, row.providerId, purchaseId);
  const evidence: Evidence = {
    kind: "success",
    source: "operator",
    trust: isBelieved ? "fetched" : "pushed",
    requestId: null,
    receipt: row.receipt,
    amountCents: cents(row.amountCents),
    isOwners: isByStaff || (!isOnlyEntered(row) && isPaidByOwner(row, asked)),
  };
  // The last word counts: what an earlier one left waiting, for whichever purchase, must not take the money when it is proved.
  const said = { providerId: row.providerId, source: "operator", naturalKey: row.receipt };
  await overrideWaiting(tx, said, "given anew: a later word counts");
  await storeEvidence(tx, parts, {
    ...said,
    channelId: row.channelId,
    purchaseId,
    // A fact of its own each time: to another purchase and back again is no repetition.
    body: JSON.stringify({ ...evidence, id: newId(parts.world) }),
    remoteAddress: null,
    unmatchedReason: null,
  });
  await tellWhoPaid(parts, tx, row, { asked, claimedBy: phone });
  // Why it had no owner; and it no longer waits for another purchase.
  await setReceipt(tx, row, { note: null, ...(row.purchaseId === purchaseId ? {} : { purchaseId: null }) });
  await absorbEvidence(parts, tx, row.providerId, purchaseId);
  return isBelieved || (await isOutOfSuspense(tx, row)) ? "given" : "waits";
}

/** Did the money come from the number that the purchase was begun with? */
export function isPaidByOwner(
  { payerHash: payer }: Pick<ReceiptRow, "payerHash">,
  { phoneHash: owner }: Pick<LoadedPurchase, "phoneHash">,
): boolean {
  return payer !== null && payer === owner;
}

/** The message about it goes to who claims it, else to who paid, and never to a number of which neither is known. */
async function tellWhoPaid(
  parts: PurchaseParts,
  tx: Tx,
  row: ReceiptRow,
  { asked, claimedBy }: { readonly asked: LoadedPurchase; readonly claimedBy: string | null },
): Promise<void> {
  if (claimedBy !== null) return tellInstead(parts, tx, asked, claimedBy);
  const payer = { payer: readPayer(row.payerMasked), party: row.payerHash };
  if (payerFits(payer, { party: asked.phoneHash, mask: asked.phoneMasked })) return;
  const payerTo = (await payerShown(parts, tx, row)) ?? (await payerHashShown(parts, tx, row));
  await tellInstead(parts, tx, asked, payerTo);
}

/** Of one rail and currency with it. */
export async function canPayPurchase(
  kinds: ChannelKinds,
  tx: Tx,
  row: ReceiptRow,
  purchaseId: string,
): Promise<boolean> {
  const purchase = await tx
    .selectFrom("purchases")
    .select([ofChannel("purchases", "kind").as("kind"), "purchases.currency"])
    .where("purchases.providerId", "=", row.providerId)
    .where("purchases.purchaseId", "=", purchaseId)
    .executeTakeFirst();
  return purchase !== undefined && kinds.canPayFor(row, purchase);
}

/** The money of a receipt went back to its payer. With a purchase, its machine decides; without one, the entry is turned. */
export async function reverseReceipt(
  parts: PurchaseParts,
  tx: Tx,
  row: ReceiptRow,
  source: "reversal-result" | "statement",
): Promise<void> {
  if (isUndone(row)) return;
  if (row.purchaseId === null) return undoUnapplied(parts, tx, row, "reversed");
  const { providerId, receipt } = row;
  const evidence: Evidence = { kind: "reversal", source, receipt };
  await storeEvidence(tx, parts, {
    providerId,
    channelId: row.channelId,
    purchaseId: row.purchaseId,
    source: "reversal-result",
    naturalKey: receipt,
    body: JSON.stringify(evidence),
    remoteAddress: null,
    unmatchedReason: null,
  });
  await absorbEvidence(parts, tx, providerId, row.purchaseId);
}
