/** A claim meets money that is in the books: whose it is, and what it buys. */

import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { findAccount, moneyOf, purchaseAtAccount } from "../matching/account-money.ts";
import { isOfPrompt } from "../matching/inflow-policy.ts";
import { purchaseNamed } from "../matching/named-money.ts";
import { canPayPurchase, giveToPurchase, isPaidByOwner } from "../matching/suspense.ts";
import { selectBoughtBy } from "../purchases/buyers.ts";
import { purchaseByHand } from "../purchases/purchase-for-receipt.ts";
import { type PurchaseParts, peekPurchase } from "../purchases/purchase-rows.ts";
import type { ReceiptRow } from "../receipts/receipt-rows.ts";
import { giveToCredit } from "../receipts/unapplied.ts";
import { type ClaimRow, claimPhone, closeClaim } from "./claim-log.ts";
import { askFirst, isBelieved, isPayer, mustBeProved } from "./claim-proof.ts";

export type ClaimResult =
  | { readonly kind: "settled"; readonly paymentId: string | null; readonly claimId: string }
  /** It was settled before: for this purchase. */
  | { readonly kind: "known"; readonly paymentId: string | null; readonly claimId: string }
  /** The channel is to be asked, where `isNew`: about the receipt, or about these purchases and whatever came in lately. */
  | {
      readonly kind: "asked";
      readonly claimId: string;
      readonly isNew: boolean;
      readonly receipt: string | null;
      readonly purchaseIds: readonly string[];
    }
  | { readonly kind: "refused"; readonly reason: ClaimRefusal };
export type ClaimRefusal =
  | "no-receipt-in-it"
  | "bad-phone"
  | "another-payer"
  | "too-many"
  | "unknown-receipt"
  | "given-back";

/** How far back a claim can mean a purchase, or money. */
export const meantWithinMs = 48 * 3_600_000;

/**
 * @param said `phone`: who claims, MSISDN, while they stand there; null: later, by a job or a person. `isTheirs`: a person says that it is
 * theirs, whoever paid; it opens no more by that than told money may
 */
export async function settleWith(
  parts: PurchaseParts,
  tx: Tx,
  claim: ClaimRow,
  row: ReceiptRow,
  { phone: here, isTheirs = false }: { readonly phone: string | null; readonly isTheirs?: boolean },
): Promise<ClaimResult> {
  const claimId = claim.claimId;
  const phone = here ?? claimPhone(parts.envelope, claim);
  const close = (state: ClaimRow["state"], outcome: string) => closeClaim(tx, parts.world, claim, state, outcome);
  const mine = isTheirs || claim.userId !== null || claim.linkedReceipt === row.receipt || isPayer(claim, row);
  // It is not there, as far as is known: the channel must say otherwise. Who is known to be another payer asks nobody.
  if (row.state === "disproved" && (mine || (row.payerHash === null && row.payerMasked === null)))
    return askFirst(parts.world, tx, claim, row, claim.state === "open");
  if (row.state !== "suspense") {
    if (mine && (await wasGivenBack(tx, row))) {
      await close("refused", "it was given back");
      return { kind: "refused", reason: "given-back" };
    }
    await close(mine ? "settled" : "refused", mine ? "it was in the books" : "another payer");
    // Only its payer and staff learn whose it is.
    return mine ? { kind: "known", paymentId: row.purchaseId, claimId } : { kind: "refused", reason: "another-payer" };
  }
  if (!mine && row.payerHash === null && row.payerMasked === null) {
    // Nobody can tell: a person must.
    await close("open", "nobody shows who paid it");
    return { kind: "asked", claimId, isNew: false, receipt: row.receipt, purchaseIds: [] };
  }
  if (!mine) {
    await close("refused", "another payer");
    return { kind: "refused", reason: "another-payer" };
  }
  if (await mustBeProved(parts, tx, claim, row)) return askFirst(parts.world, tx, claim, row, claim.state === "open");
  const purchaseId = isWhole(row) ? await purchaseFor(parts, tx, claim, row, phone) : null;
  if (purchaseId !== null) {
    const said = { isBelieved: isBelieved(claim, row), phone };
    const given = await giveToPurchase(parts, tx, row, purchaseId, said);
    if (given === "waits") return askFirst(parts.world, tx, claim, row, claim.state === "open");
    if (given === "given") {
      await close("settled", "to a purchase");
      return { kind: "settled", paymentId: purchaseId, claimId };
    }
  }
  const party = claim.phoneHash ?? row.payerHash;
  if (party === null) {
    await close("open", "whose it is must be said: give the payer's phone");
    return { kind: "asked", claimId, isNew: false, receipt: row.receipt, purchaseIds: [] };
  }
  await giveToCredit(parts, tx, row, party, `claimed ${claimId}`);
  await close("settled", creditOutcome(row));
  return { kind: "settled", paymentId: null, claimId };
}

/** Of what a part went back, no purchase is paid: the rest is credit. */
export const isWhole = ({ returnedCents }: ReceiptRow): boolean => returnedCents === 0;

/** What a claim's log says of money that bought nothing. */
export const creditOutcome = (row: ReceiptRow): string =>
  isWhole(row) ? "to customer credit" : "a part of it went back; the rest: to customer credit";

/** What this money buys: what the money itself names, or they name, or have begun, or typed an account number of, or what else it is for. Null: nothing. */
async function purchaseFor(
  parts: PurchaseParts,
  tx: Tx,
  claim: ClaimRow,
  row: ReceiptRow,
  phone: string | null,
): Promise<string | null> {
  const named =
    claim.purchaseId !== null &&
    (await canPayPurchase(parts.channels.kinds, tx, row, claim.purchaseId)) &&
    (await mayComplete(parts, tx, row, claim.purchaseId))
      ? claim.purchaseId
      : null;
  return (
    (await purchaseNamed(tx, row)) ??
    named ??
    (await purchaseMeant(parts, tx, claim, row)) ??
    (await purchaseTyped(parts, tx, claim, row, phone)) ??
    (await purchaseByHand(parts, tx, row, { siteId: claim.siteId, party: claim.phoneHash, phone }))
  );
}

/**
 * A purchase whose rest was asked for is completed by its own customer's money alone: anybody may begin one with another's number, whose credit
 * it would spend. Money for the whole price needs no credit.
 */
async function mayComplete(parts: PurchaseParts, tx: Tx, row: ReceiptRow, purchaseId: string): Promise<boolean> {
  const asked = await peekPurchase(parts, tx, row.providerId, purchaseId);
  if (asked.askedCents === null || row.amountCents >= asked.amountCents) return true;
  return isPaidByOwner(row, asked);
}

/** Its payment was refunded and has ended, or M-Pesa has reversed it: it opens nothing, and its payer is told so. */
async function wasGivenBack(tx: Tx, row: ReceiptRow): Promise<boolean> {
  if (row.state === "reversed") return true;
  if (row.purchaseId === null) return false;
  const refund = await tx
    .selectFrom("refunds")
    .select("refundId")
    .where("providerId", "=", row.providerId)
    .where("purchaseId", "=", row.purchaseId)
    .where("revoke", "=", true)
    .where("state", "in", ["approved", "sending", "sent", "unknown", "done"])
    .executeTakeFirst();
  return refund !== undefined;
}

/** The customer's own purchase whose prompt is paid, as its channel said without a receipt, by this amount and about then; else their open one that this money can be for, the newest. */
export async function purchaseMeant(
  { world, channels: { kinds } }: PurchaseParts,
  tx: Tx,
  claim: ClaimRow,
  row: ReceiptRow,
): Promise<string | null> {
  if (claim.phoneHash === null) return null;
  const open = await purchasesOf(world, tx, { providerId: claim.providerId, party: claim.phoneHash })
    .where(sql`coalesce(purchases.asked_cents, purchases.amount_cents)`, "<=", row.amountCents)
    .where("purchases.state", "in", ["prompted", "failed", "unknown", "paid_unreceipted"])
    .where("purchases.receipt", "is", null)
    .execute();
  const payable = open.filter((each) => kinds.canPayFor(row, each));
  const isItsOwn = (each: (typeof open)[number]) =>
    each.state === "paid_unreceipted" && each.askedCents === row.amountCents && isOfPrompt(each.createdAtMs, row);
  const meant = payable.find(isItsOwn) ?? payable.find(({ state }) => state !== "paid_unreceipted");
  return meant?.purchaseId ?? null;
}

/** The plan of the site's account number that was typed: at that site, or by staff. */
async function purchaseTyped(
  parts: PurchaseParts,
  tx: Tx,
  { phoneHash: party, siteId }: ClaimRow,
  row: ReceiptRow,
  phone: string | null,
): Promise<string | null> {
  if (party === null || row.accountText === null) return null;
  const account = await findAccount(tx, row.providerId, row.accountText);
  if (account === null || (siteId !== null && siteId !== account.siteId)) return null;
  const bought = await purchaseAtAccount(parts, tx, { ...moneyOf(row), party, phone }, account, true);
  return bought.kind === "purchase" ? bought.purchaseId : null;
}

/** A phone's purchases that a claim can mean, the newest first, with the kind of their channels. */
export function purchasesOf(world: World, tx: Tx, of: { readonly providerId: string; readonly party: Party }) {
  return selectBoughtBy(tx, of, world.clock.wall().atMs - meantWithinMs).limit(20);
}
