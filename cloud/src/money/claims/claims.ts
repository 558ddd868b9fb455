/**
 * "I already paid": a receipt, or a phone and an amount, from a customer at a portal or from staff. What the
 * books know is settled at once; what they don't is asked of the channel itself. Rate-limited, and each one is kept.
 *
 * A receipt and the phone that paid show whose money it is: it buys what they came for, on the device they hold. A phone and
 * an amount show nothing, for anybody may type them: such money goes to that phone's own purchase or credit, and no device
 * gets anything by it that it had not begun itself.
 */

import { normalisePhone } from "@karibu/protocol/phone-number";
import { saleCodesIn } from "@karibu/protocol/sale-code";
import type { World } from "@karibu/protocol/world";
import { sql } from "kysely";
import { phoneHash } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { countryOfProvider } from "../../tenancy/providers/provider-country.ts";
import { readChannel } from "../channels/channel-rows.ts";
import { peekEvidence } from "../evidence/evidence-rows.ts";
import { payerHash } from "../evidence/inflow.ts";
import { findAccount, moneyOf, purchaseAtAccount } from "../matching/account-money.ts";
import { readInflow } from "../matching/read-inflow.ts";
import { canPayPurchase, giveToPurchase } from "../matching/suspense.ts";
import type { PurchaseParts } from "../purchases/intent-rows.ts";
import { purchaseByHand } from "../purchases/purchase-for-receipt.ts";
import { type ReceiptRow, readReceipt } from "../receipts/receipt-rows.ts";
import { giveToCredit } from "../receipts/unapplied.ts";
import {
  amountMeantMs,
  type ClaimBy,
  type ClaimRow,
  closeClaim,
  isTurnedDown,
  lockClaims,
  notKnownThere,
  sameClaim,
  tooManyClaims,
  writeClaim,
} from "./claim-log.ts";
import { receiptsIn, spellings } from "./claim-policy.ts";
import { askFirst, isBelieved, isPayer, mustBeProved, provesOwner } from "./claim-proof.ts";

export interface ClaimRequest extends Omit<ClaimBy, "phone"> {
  /** The code, or the whole message that M-Pesa sent; null: by phone and amount. */
  readonly receipt: string | null;
  readonly amountCents: number | null;
  /** As typed. */
  readonly phone: string | null;
}

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

const anHourMs = 3_600_000;
/** How far back a claim can mean a purchase. */
const meantWithinMs = 48 * anHourMs;

export async function claimPayment(parts: PurchaseParts, tx: Tx, request: ClaimRequest): Promise<ClaimResult> {
  const phone =
    request.phone === null ? null : normalisePhone(request.phone, await countryOfProvider(tx, request.providerId));
  if (request.phone !== null && phone === null) return { kind: "refused", reason: "bad-phone" };
  const by: ClaimBy = { ...request, phone };
  if (request.receipt !== null) return claimReceipt(parts, tx, by, request.receipt);
  if (request.amountCents === null) return { kind: "refused", reason: "no-receipt-in-it" };
  if (phone === null) return { kind: "refused", reason: "bad-phone" };
  return claimAmount(parts, tx, { ...by, phone }, request.amountCents);
}

async function claimReceipt(parts: PurchaseParts, tx: Tx, by: ClaimBy, typed: string): Promise<ClaimResult> {
  const { world } = parts;
  const codes = saleCodesIn(typed);
  const candidates = receiptsIn(typed);
  if (candidates.length === 0 && codes.length === 0) return { kind: "refused", reason: "no-receipt-in-it" };
  // A sale over a counter has a receipt of ours, as long as a code is.
  const receipts = [...codes, ...candidates.flatMap(spellings)];
  const same = await sameClaim(tx, world, by, { receipts });
  if (same === undefined && (await tooManyClaims(tx, world, by))) return { kind: "refused", reason: "too-many" };
  const sale = await saleOfCode(tx, by.providerId, codes);
  const found = sale === null ? await firstBooked(tx, by.providerId, receipts) : null;
  const receipt = sale?.code ?? found?.receipt ?? candidates[0] ?? (codes[0] as string);
  const claim = same ?? (await writeClaim(tx, world, by, { receipt, amountCents: null }));
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
    return { kind: "known", paymentId: sale.paymentId, claimId: claim.claim_id };
  }
  if (found !== null) {
    if (isTurnedDown(claim) && !provesOwner(claim, found)) return { kind: "refused", reason: "another-payer" };
    return settleWith(parts, tx, claim, found, { phone: by.phone });
  }
  if (candidates.length === 0) {
    await closeClaim(tx, world, claim, "refused", "no sale has this code");
    return { kind: "refused", reason: "unknown-receipt" };
  }
  if (same?.state === "refused") return { kind: "refused", reason: "unknown-receipt" };
  if (same === undefined) await closeClaim(tx, world, claim, "asked", "the channel is asked");
  return { kind: "asked", claimId: claim.claim_id, isNew: same === undefined, receipt, purchaseIds: [] };
}

/** The purchase that one of these codes opens; null: none does. */
async function saleOfCode(tx: Tx, providerId: string, codes: readonly string[]) {
  if (codes.length === 0) return null;
  const row = await tx
    .selectFrom("grants")
    .select(["code", "intent_id", "revoked_at_ms"])
    .where("provider_id", "=", providerId)
    .where("code", "in", codes)
    .executeTakeFirst();
  if (row?.code == null || row.intent_id === null) return null;
  return { code: row.code, paymentId: row.intent_id, isOver: row.revoked_at_ms !== null };
}

/** The first of them that is in the books, locked until the transaction ends; null: none is, or it was never there. */
async function firstBooked(tx: Tx, providerId: string, receipts: readonly string[]): Promise<ReceiptRow | null> {
  const rows = await tx
    .selectFrom("receipts")
    .select("receipt")
    .where("provider_id", "=", providerId)
    .where("receipt", "in", receipts)
    .where("state", "!=", "disproved")
    .execute();
  const first = receipts.find((receipt) => rows.some((row) => row.receipt === receipt));
  return first === undefined ? null : readReceipt(tx, providerId, first);
}

/** Without a receipt: money in suspense that the very phone paid, or that phone's open purchases, asked about now. */
async function claimAmount(
  parts: PurchaseParts,
  tx: Tx,
  by: ClaimBy & { readonly phone: string },
  amountCents: number,
): Promise<ClaimResult> {
  const { world } = parts;
  const { kinds } = parts.channels;
  const same = await sameClaim(tx, world, by, { amountCents });
  if (same === undefined && (await tooManyClaims(tx, world, by))) return { kind: "refused", reason: "too-many" };
  const claim = same ?? (await writeClaim(tx, world, by, { receipt: null, amountCents }));
  const party = phoneHash(by.phone);
  const purchases = await purchasesOf(world, tx, { providerId: by.providerId, party })
    .where(sql`coalesce(intents.asked_cents, intents.amount_cents)`, "=", amountCents)
    .execute();
  const own = purchases.find((each) => each.intent_id === by.purchaseId);
  if (own !== undefined && isPaid(own.state)) {
    await closeClaim(tx, world, claim, "settled", "the purchase is paid");
    return { kind: "known", paymentId: own.intent_id, claimId: claim.claim_id };
  }
  const loose = await tx
    .selectFrom("receipts")
    .select("receipt")
    .where("provider_id", "=", by.providerId)
    .where("state", "=", "suspense")
    .where("payer_hash", "=", party)
    .where("amount_cents", "=", amountCents)
    .where("booked_at_ms", ">", world.clock.wall().atMs - meantWithinMs)
    .orderBy("booked_at_ms")
    .executeTakeFirst();
  const row = loose === undefined ? null : await readReceipt(tx, by.providerId, loose.receipt);
  if (isTurnedDown(claim) && (row === null || !provesOwner(claim, row)))
    return { kind: "refused", reason: "unknown-receipt" };
  const open = purchases.filter((each) => !isPaid(each.state) && isOpen(each.state));
  if (row?.state === "suspense") {
    if (await mustBeProved(parts, tx, claim, row)) return askFirst(world, tx, claim, row, same === undefined);
    const payable = open.filter((each) => kinds.canPayFor(row, each));
    const meant = payable.find((each) => each.intent_id === by.purchaseId) ?? payable[0];
    if (meant === undefined) await giveToCredit(parts, tx, row, party, `claimed ${claim.claim_id}`);
    else {
      const given = await giveToPurchase(parts, tx, row, meant.intent_id, isBelieved(claim, row));
      if (given === "waits") return askFirst(world, tx, claim, row, same === undefined);
    }
    await closeClaim(tx, world, claim, "settled", meant === undefined ? "to customer credit" : "to a purchase");
    // The customer who typed this learns of their own purchase only.
    const paymentId = meant !== undefined && meant.intent_id === by.purchaseId ? meant.intent_id : null;
    return { kind: "settled", paymentId, claimId: claim.claim_id };
  }
  if (same === undefined) await closeClaim(tx, world, claim, "asked", "the channel is asked");
  const purchaseIds = open.slice(0, 3).map((each) => each.intent_id);
  return { kind: "asked", claimId: claim.claim_id, isNew: same === undefined, receipt: null, purchaseIds };
}

/** The claims that this fact can settle, locked before its receipt is: see `money-locks.ts`. */
export async function lockClaimsAbout(
  { channels }: PurchaseParts,
  tx: Tx,
  providerId: string,
  evidenceId: string,
): Promise<void> {
  const fact = await peekEvidence(tx, providerId, evidenceId);
  if (fact === undefined) return;
  const { kind } = await readChannel(tx, providerId, fact.channel_id);
  const read = readInflow(channels.kinds.definitionOf(kind).readers, fact.source, fact.body);
  if ("refused" in read) return;
  const { receipt, amountCents, payer } = read.message;
  const hash = payerHash(payer);
  const paid = hash === null ? null : { payer: hash, amountCents };
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
  if (row?.state === "suspense" && row.payer_hash !== null) await settleAmountClaim(parts, tx, row, row.payer_hash);
}

/** Somebody said "this phone paid this much" before the money was seen: it is that phone's, and nobody has to assign it. */
async function settleAmountClaim(parts: PurchaseParts, tx: Tx, row: ReceiptRow, payer: string): Promise<void> {
  const paid = { payer, amountCents: row.amount_cents };
  const { byAmount } = await lockClaims(tx, { providerId: row.provider_id, receipts: [row.receipt], paid });
  const sinceMs = parts.world.clock.wall().atMs - amountMeantMs;
  for (const old of byAmount.filter(({ created_at_ms }) => created_at_ms <= sinceMs))
    await closeClaim(tx, parts.world, old, "refused", "expired: no such money came in two days");
  const claim = byAmount.find(({ created_at_ms }) => created_at_ms > sinceMs);
  if (claim === undefined || (await mustBeProved(parts, tx, claim, row))) return;
  const intentId = await purchaseMeant(parts, tx, claim, row);
  if (intentId === null) await giveToCredit(parts, tx, row, payer, `claimed ${claim.claim_id}`);
  else if ((await giveToPurchase(parts, tx, row, intentId, isBelieved(claim, row))) === "waits") return;
  await closeClaim(tx, parts.world, claim, "settled", intentId === null ? "to customer credit" : "to a purchase");
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
    .where("provider_id", "=", providerId)
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
    .set({ state: "open", outcome: why.slice(0, 300), changed_at_ms: parts.world.clock.wall().atMs })
    .where("provider_id", "=", providerId)
    .where("receipt", "=", receipt)
    .where("state", "in", ["open", "asked"])
    .execute();
}

/**
 * @param said `phone`: who claims, 12 digits, while they stand there; null: later, by a job. `isTheirs`: a person says that it is
 * theirs, whoever paid; it opens no more by that than told money may
 */
export async function settleWith(
  parts: PurchaseParts,
  tx: Tx,
  claim: ClaimRow,
  row: ReceiptRow,
  { phone, isTheirs = false }: { readonly phone: string | null; readonly isTheirs?: boolean },
): Promise<ClaimResult> {
  const claimId = claim.claim_id;
  const close = (state: ClaimRow["state"], outcome: string) => closeClaim(tx, parts.world, claim, state, outcome);
  const mine = isTheirs || claim.user_id !== null || isPayer(claim, row);
  if (row.state !== "suspense") {
    if (mine && (await wasGivenBack(tx, row))) {
      await close("refused", "it was given back");
      return { kind: "refused", reason: "given-back" };
    }
    await close(mine ? "settled" : "refused", mine ? "it was in the books" : "another payer");
    // Only its payer and staff learn whose it is.
    return mine ? { kind: "known", paymentId: row.intent_id, claimId } : { kind: "refused", reason: "another-payer" };
  }
  if (!mine) {
    await close("refused", "another payer");
    return { kind: "refused", reason: "another-payer" };
  }
  if (await mustBeProved(parts, tx, claim, row)) return askFirst(parts.world, tx, claim, row, claim.state === "open");
  const named =
    claim.intent_id !== null && (await canPayPurchase(parts.channels.kinds, tx, row, claim.intent_id))
      ? claim.intent_id
      : null;
  const intentId =
    named ??
    (await purchaseMeant(parts, tx, claim, row)) ??
    (await purchaseTyped(parts, tx, claim, row, phone)) ??
    (await purchaseByHand(parts, tx, row, { siteId: claim.site_id, party: claim.phone_hash, phone }));
  if (intentId !== null) {
    const given = await giveToPurchase(parts, tx, row, intentId, isBelieved(claim, row));
    if (given === "waits") return askFirst(parts.world, tx, claim, row, claim.state === "open");
    await close("settled", "to a purchase");
    return { kind: "settled", paymentId: intentId, claimId };
  }
  const party = claim.phone_hash ?? row.payer_hash;
  if (party === null) {
    await close("open", "whose it is must be said: give the payer's phone");
    return { kind: "asked", claimId, isNew: false, receipt: row.receipt, purchaseIds: [] };
  }
  await giveToCredit(parts, tx, row, party, `claimed ${claimId}`);
  await close("settled", "to customer credit");
  return { kind: "settled", paymentId: null, claimId };
}

/** Its payment was refunded and has ended, or M-Pesa has reversed it: it opens nothing, and its payer is told so. */
async function wasGivenBack(tx: Tx, row: ReceiptRow): Promise<boolean> {
  if (row.state === "reversed") return true;
  if (row.intent_id === null) return false;
  const refund = await tx
    .selectFrom("refunds")
    .select("refund_id")
    .where("provider_id", "=", row.provider_id)
    .where("intent_id", "=", row.intent_id)
    .where("revoke", "=", true)
    .where("state", "in", ["approved", "sending", "sent", "unknown", "done"])
    .executeTakeFirst();
  return refund !== undefined;
}

/** The customer's own open purchase of this amount, the newest that this money can be for. */
async function purchaseMeant(
  { world, channels: { kinds } }: PurchaseParts,
  tx: Tx,
  claim: ClaimRow,
  row: ReceiptRow,
): Promise<string | null> {
  if (claim.phone_hash === null) return null;
  const open = await purchasesOf(world, tx, { providerId: claim.provider_id, party: claim.phone_hash })
    .where(sql`coalesce(intents.asked_cents, intents.amount_cents)`, "<=", row.amount_cents)
    .where("intents.state", "in", ["prompted", "failed", "unknown"])
    .execute();
  return open.find((each) => kinds.canPayFor(row, each))?.intent_id ?? null;
}

/** The plan of the site's account number that was typed: at that site, or by staff. */
async function purchaseTyped(
  parts: PurchaseParts,
  tx: Tx,
  { phone_hash: party, site_id: siteId }: ClaimRow,
  row: ReceiptRow,
  phone: string | null,
): Promise<string | null> {
  if (party === null || row.account_text === null) return null;
  const account = await findAccount(tx, row.provider_id, row.account_text);
  if (account === null || (siteId !== null && siteId !== account.siteId)) return null;
  const bought = await purchaseAtAccount(parts, tx, { ...moneyOf(row), party, phone }, account, true);
  return bought.kind === "purchase" ? bought.intentId : null;
}

/** A phone's purchases that a claim can mean, the newest first, with the kind of their channels. */
function purchasesOf(world: World, tx: Tx, of: { readonly providerId: string; readonly party: string }) {
  return tx
    .selectFrom("intents")
    .innerJoin("channels", (join) =>
      join
        .onRef("channels.provider_id", "=", "intents.provider_id")
        .onRef("channels.channel_id", "=", "intents.channel_id"),
    )
    .select(["intents.intent_id", "intents.state", "intents.currency", "channels.kind"])
    .where("intents.provider_id", "=", of.providerId)
    .where("intents.phone_hash", "=", of.party)
    .where("intents.created_at_ms", ">", world.clock.wall().atMs - meantWithinMs)
    .orderBy("intents.created_at_ms", "desc")
    .limit(20);
}

const isPaid = (state: string): boolean => state === "paid" || state === "paid_unreceipted";
const isOpen = (state: string): boolean => state === "prompted" || state === "failed" || state === "unknown";
