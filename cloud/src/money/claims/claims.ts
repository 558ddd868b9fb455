/**
 * "I already paid": a receipt, or a phone and an amount, from a customer at a portal or from staff. What the
 * books know is settled at once; what they don't is asked of the channel itself. Rate-limited, and each one is kept.
 *
 * A receipt and the phone that paid show whose money it is: it buys what they came for, on the device they hold. A phone and
 * an amount show nothing, for anybody may type them: such money goes to that phone's own purchase or credit, and no device
 * gets anything by it that it had not begun itself.
 */

import { saleCodesIn } from "@karibu/protocol/codes/sale-code";
import { normalisePhone } from "@karibu/protocol/phone-number";
import { cutText } from "@karibu/protocol/whole-text";
import { sql } from "kysely";
import { grantOfCode } from "../../catalogue/grants/held-grant.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { readChannel } from "../channels/channel-rows.ts";
import { peekEvidence } from "../evidence/evidence-rows.ts";
import { payerParty } from "../evidence/inflow.ts";
import { purchaseNamed } from "../matching/named-money.ts";
import { readInflow } from "../matching/read-inflow.ts";
import { giveToPurchase } from "../matching/suspense.ts";
import type { PurchaseParts } from "../purchases/purchase-rows.ts";
import { firstBooked, selectLoose } from "../receipts/known-receipts.ts";
import { type ReceiptRow, readReceipt } from "../receipts/receipt-rows.ts";
import { spellings } from "../receipts/spellings.ts";
import { giveToCredit } from "../receipts/unapplied.ts";
import {
  amountMeantMs,
  type ClaimBy,
  type ClaimRow,
  claimPhone,
  closeClaim,
  isTurnedDown,
  lockClaimant,
  lockClaims,
  lockPayer,
  notKnownThere,
  sayAgain,
  tooManyClaims,
  writeClaim,
} from "./claim-log.ts";
import { receiptsIn } from "./claim-policy.ts";
import { askFirst, isBelieved, mustBeProved, provesOwner } from "./claim-proof.ts";
import {
  type ClaimResult,
  creditOutcome,
  isWhole,
  meantWithinMs,
  purchaseMeant,
  purchasesOf,
  settleWith,
} from "./settle-claim.ts";

export interface ClaimRequest extends Omit<ClaimBy, "phone" | "party"> {
  /** The code, or the whole message that M-Pesa sent; null: by phone and amount. */
  readonly receipt: string | null;
  readonly amountCents: number | null;
  /** As typed. */
  readonly phone: string | null;
}

export async function claimPayment(parts: PurchaseParts, tx: Tx, request: ClaimRequest): Promise<ClaimResult> {
  const phone =
    request.phone === null ? null : normalisePhone(request.phone, await countryOfProvider(tx, request.providerId));
  if (request.phone !== null && phone === null) return { kind: "refused", reason: "bad-phone" };
  const party = phone === null ? null : parts.parties.ofPhone(request.providerId, phone);
  const by: ClaimBy = { ...request, phone, party };
  await lockClaimant(tx, by);
  if (request.receipt !== null) {
    return claimReceipt(parts, tx, by, { typed: request.receipt, amountCents: request.amountCents });
  }
  if (request.amountCents === null) return { kind: "refused", reason: "no-receipt-in-it" };
  if (phone === null || party === null) return { kind: "refused", reason: "bad-phone" };
  return claimAmount(parts, tx, { ...by, phone, party }, request.amountCents);
}

/** @param said `typed`: the code, or the whole message. `amountCents`: kept for who looks at the claim; it decides nothing */
async function claimReceipt(
  parts: PurchaseParts,
  tx: Tx,
  by: ClaimBy,
  { typed, amountCents }: { readonly typed: string; readonly amountCents: number | null },
): Promise<ClaimResult> {
  const { world } = parts;
  const codes = saleCodesIn(typed);
  const candidates = receiptsIn(typed);
  if (candidates.length === 0 && codes.length === 0) return { kind: "refused", reason: "no-receipt-in-it" };
  // A sale over a counter has a receipt of ours, as long as a code is.
  const receipts = [...codes, ...candidates.flatMap(spellings)];
  const same = await sayAgain(parts, tx, by, { receipts }, amountCents);
  const isOver = same === null && (await tooManyClaims(tx, world, by));
  const linked = same === null ? null : await moneyLinked(tx, same.claim);
  if (same !== null && linked !== null) return settleWith(parts, tx, same.claim, linked, { phone: by.phone });
  const sale = isOver ? null : await saleOfCode(tx, by.providerId, codes);
  const found = sale === null ? await firstBooked(tx, by.providerId, receipts) : null;
  // Others may have used up the tries of the site, or of this phone's number. To who is not the payer the books say no more than to a wrong receipt.
  if (isOver && (found === null || !provesOwner({ phoneHash: by.party }, found)))
    return { kind: "refused", reason: "too-many" };
  const receipt = sale?.code ?? found?.receipt ?? candidates[0] ?? (codes[0] as string);
  const claim = same?.claim ?? (await writeClaim(parts, tx, by, { receipt, amountCents }));
  const isNew = same?.isNew ?? true;
  if (sale !== null) {
    // Who has the code has the sale, whoever paid: like a voucher.
    await closeClaim(
      tx,
      world,
      claim,
      sale.isOver ? "refused" : "settled",
      sale.isOver ? "it was given back" : "by its code",
    );
    if (sale.isOver) return { kind: "refused", reason: "given-back" };
    return { kind: "known", paymentId: sale.paymentId, claimId: claim.claimId };
  }
  if (found !== null) {
    if (isTurnedDown(claim) && !provesOwner(claim, found)) return { kind: "refused", reason: "another-payer" };
    return settleWith(parts, tx, claim, found, { phone: by.phone });
  }
  if (candidates.length === 0) {
    await closeClaim(tx, world, claim, "refused", "no sale has this code");
    return { kind: "refused", reason: "unknown-receipt" };
  }
  if (claim.state === "refused") return { kind: "refused", reason: "unknown-receipt" };
  if (isNew) await closeClaim(tx, world, claim, "asked", "the channel is asked");
  return { kind: "asked", claimId: claim.claimId, isNew, receipt, purchaseIds: [] };
}

/** The money that a person said this claim means, locked; null: nobody said so, or it counts no more. */
async function moneyLinked(tx: Tx, claim: ClaimRow): Promise<ReceiptRow | null> {
  if (claim.linkedReceipt === null) return null;
  const row = await readReceipt(tx, claim.providerId, claim.linkedReceipt);
  return row === null || row.state === "disproved" || row.state === "frozen" ? null : row;
}

/** The purchase that one of these codes opens; null: none does. */
async function saleOfCode(tx: Tx, providerId: string, codes: readonly string[]) {
  if (codes.length === 0) return null;
  const row = await grantOfCode(tx, providerId, codes);
  if (row?.code == null || row.purchaseId === null) return null;
  return { code: row.code, paymentId: row.purchaseId, isOver: row.revokedAtMs !== null };
}

/** Without a receipt: money in suspense that the very phone paid, or that phone's open purchases, asked about now. */
async function claimAmount(
  parts: PurchaseParts,
  tx: Tx,
  by: ClaimBy & { readonly phone: string; readonly party: Party },
  amountCents: number,
): Promise<ClaimResult> {
  const { world } = parts;
  const { kinds } = parts.channels;
  await lockPayer(tx, by.providerId, by.party);
  const same = await sayAgain(parts, tx, by, { amountCents }, amountCents);
  if (same === null && (await tooManyClaims(tx, world, by))) return { kind: "refused", reason: "too-many" };
  const claim = same?.claim ?? (await writeClaim(parts, tx, by, { receipt: null, amountCents }));
  const isNew = same?.isNew ?? true;
  const linked = await moneyLinked(tx, claim);
  if (linked !== null) return settleWith(parts, tx, claim, linked, { phone: by.phone });
  const { party } = by;
  const purchases = await purchasesOf(world, tx, { providerId: by.providerId, party })
    .where(sql`coalesce(purchases.asked_cents, purchases.amount_cents)`, "=", amountCents)
    .execute();
  const own = purchases.find((each) => each.purchaseId === by.purchaseId);
  if (own !== undefined && isPaid(own.state)) {
    await closeClaim(tx, world, claim, "settled", "the purchase is paid");
    return { kind: "known", paymentId: own.purchaseId, claimId: claim.claimId };
  }
  const loose = await selectLoose(tx, by.providerId)
    .select("receipt")
    .where("payerHash", "=", party)
    .where("amountCents", "=", amountCents)
    .where("bookedAtMs", ">", world.clock.wall().atMs - meantWithinMs)
    .orderBy("bookedAtMs")
    .executeTakeFirst();
  const row = loose === undefined ? null : await readReceipt(tx, by.providerId, loose.receipt);
  if (isTurnedDown(claim) && (row === null || !provesOwner(claim, row)))
    return { kind: "refused", reason: "unknown-receipt" };
  const open = purchases.filter((each) => !isPaid(each.state) && isOpen(each.state));
  if (row?.state === "suspense") {
    if (await mustBeProved(parts, tx, claim, row)) return askFirst(world, tx, claim, row, isNew);
    const payable = isWhole(row) ? open.filter((each) => kinds.canPayFor(row, each)) : [];
    const named = isWhole(row) ? await purchaseNamed(tx, row) : null;
    const meant = named ?? (payable.find((each) => each.purchaseId === by.purchaseId) ?? payable[0])?.purchaseId;
    if (meant === undefined) await giveToCredit(parts, tx, row, party, `claimed ${claim.claimId}`);
    else {
      const given = await giveToPurchase(parts, tx, row, meant, {
        isBelieved: isBelieved(claim, row),
        phone: by.phone,
      });
      if (given === "waits") return askFirst(world, tx, claim, row, isNew);
    }
    await closeClaim(tx, world, claim, "settled", meant === undefined ? creditOutcome(row) : "to a purchase");
    // The customer who typed this learns of their own purchase only.
    const paymentId = meant !== undefined && meant === by.purchaseId ? meant : null;
    return { kind: "settled", paymentId, claimId: claim.claimId };
  }
  if (isNew) await closeClaim(tx, world, claim, "asked", "the channel is asked");
  const purchaseIds = open.slice(0, 3).map((each) => each.purchaseId);
  return { kind: "asked", claimId: claim.claimId, isNew, receipt: null, purchaseIds };
}

/** The claims that this fact can settle, locked before its receipt is: see `money-locks.ts`. */
export async function lockClaimsAbout(
  { channels, envelope, parties }: PurchaseParts,
  tx: Tx,
  providerId: string,
  evidenceId: string,
): Promise<void> {
  const fact = await peekEvidence(envelope, tx, providerId, evidenceId);
  if (fact === undefined) return;
  const { kind } = await readChannel(tx, providerId, fact.channelId);
  const read = readInflow(channels.kinds.definitionOf(kind).readers, fact.source, fact.body);
  if ("refused" in read) return;
  const { receipt, amountCents, payer } = read.message;
  const party = payerParty(parties, providerId, payer);
  const paid = party === null ? null : { payer: party, amountCents };
  await lockClaims(tx, { providerId, receipts: spellings(receipt), paid });
}

/** A receipt came into the books: the open claims get it now. */
export async function settleClaims(parts: PurchaseParts, tx: Tx, providerId: string, receipt: string): Promise<void> {
  const { byReceipt } = await lockClaims(tx, { providerId, receipts: spellings(receipt), paid: null });
  for (const claim of byReceipt) {
    const row = await readReceipt(tx, providerId, receipt);
    if (row !== null) await settleWith(parts, tx, claim, row, { phone: null });
  }
  const row = await readReceipt(tx, providerId, receipt);
  if (row?.state === "suspense" && row.payerHash !== null) await settleAmountClaim(parts, tx, row, row.payerHash);
}

/** Somebody said "this phone paid this much" before the money was seen: it is that phone's, and nobody has to assign it. */
async function settleAmountClaim(parts: PurchaseParts, tx: Tx, row: ReceiptRow, payer: Party): Promise<void> {
  const paid = { payer, amountCents: row.amountCents };
  const { byAmount } = await lockClaims(tx, { providerId: row.providerId, receipts: [row.receipt], paid });
  const sinceMs = parts.world.clock.wall().atMs - amountMeantMs;
  for (const old of byAmount.filter(({ createdAtMs }) => createdAtMs <= sinceMs))
    await closeClaim(tx, parts.world, old, "refused", "expired: no such money came in two days");
  const claim = byAmount.find(({ createdAtMs }) => createdAtMs > sinceMs);
  if (claim === undefined || (await mustBeProved(parts, tx, claim, row))) return;
  const purchaseId = isWhole(row)
    ? ((await purchaseNamed(tx, row)) ?? (await purchaseMeant(parts, tx, claim, row)))
    : null;
  if (purchaseId === null) await giveToCredit(parts, tx, row, payer, `claimed ${claim.claimId}`);
  else {
    const said = { isBelieved: isBelieved(claim, row), phone: claimPhone(parts.envelope, claim) };
    if ((await giveToPurchase(parts, tx, row, purchaseId, said)) === "waits") return;
  }
  await closeClaim(tx, parts.world, claim, "settled", purchaseId === null ? creditOutcome(row) : "to a purchase");
}

/** The channel does not know the receipt (null), or the money is not ours, and why. */
export async function refuseClaims(
  parts: PurchaseParts,
  tx: Tx,
  providerId: string,
  receipt: string,
  why: string | null,
): Promise<void> {
  const claims = await tx
    .selectFrom("payment_claims")
    .selectAll()
    .where("providerId", "=", providerId)
    .where("receipt", "=", receipt)
    .where("state", "in", ["open", "asked"])
    .execute();
  for (const claim of claims) await closeClaim(tx, parts.world, claim, "refused", why ?? notKnownThere);
}

/** Nobody could say: they wait, and the review list says why. */
export async function keepClaimsOpen(
  parts: PurchaseParts,
  tx: Tx,
  providerId: string,
  receipt: string,
  why: string,
): Promise<void> {
  await tx
    .updateTable("payment_claims")
    .set({ state: "open", outcome: cutText(why, 300), changedAtMs: parts.world.clock.wall().atMs })
    .where("providerId", "=", providerId)
    .where("receipt", "=", receipt)
    .where("state", "in", ["open", "asked"])
    .execute();
}

const isPaid = (state: string): boolean => state === "paid" || state === "paid_unreceipted";
const isOpen = (state: string): boolean => state === "prompted" || state === "failed" || state === "unknown";
