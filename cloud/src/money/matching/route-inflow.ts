/**
 * The shell around `inflow-policy.ts`: takes a stored fact about money that came in, finds whose it is, and books it. Safe
 * to repeat, and in any order with other sources of the same money: the receipt's lock sees to it.
 */

import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import type { ChannelRow } from "../channels/channel.ts";
import { readChannel } from "../channels/channel-rows.ts";
import { sendLookUp } from "../channels/look-up-job.ts";
import { sendPull } from "../channels/pull-job.ts";
import { type EvidenceRow, linkEvidence, readEvidenceRow, settleEvidence } from "../evidence/evidence-rows.ts";
import {
  type Inflow,
  type NamedPayer,
  type Payer,
  payerMask,
  payerParty,
  verifiedPaidAtMs,
  withSoundTime,
} from "../evidence/inflow.ts";
import { joinedPurchase } from "../evidence/unjudged.ts";
import { noteUnknownCode } from "../evidence/unknown-codes.ts";
import { noteProvedAnswer, provesTheList } from "../proofs/proved-answers.ts";
import { absorbEvidence } from "../purchases/absorb-evidence.ts";
import { tellInstead } from "../purchases/message-phone.ts";
import { purchaseGivenBack } from "../purchases/purchase-for-receipt.ts";
import { type PurchaseParts, type PurchaseRow, peekPurchase } from "../purchases/purchase-rows.ts";
import { moneyStates } from "../purchases/transition/purchase-facts.ts";
import { moveToChannel } from "../receipts/move-channel.ts";
import {
  couldNotBeGiven,
  isForItsOwner,
  isLikeEntered,
  likeAnEntered,
  lockReceipt,
  type ReceiptRow,
  readReceipt,
  readReceiptOnRail,
  setReceipt,
  tooMuchUnverified,
  twoAmounts,
} from "../receipts/receipt-rows.ts";
import {
  bookUnapplied,
  giveToCredit,
  lowerUnapplied,
  provedByInflow,
  proveUnapplied,
  restoreUnapplied,
} from "../receipts/unapplied.ts";
import { giveToAccount, purchaseAtAccount } from "./account-money.ts";
import { isErasedPayer } from "./erased-payer.ts";
import { decideInflow, type InflowDecision, itsReference } from "./inflow-policy.ts";
import { readPromptCallback } from "./invoice-prompts.ts";
import { whatIsKnown } from "./known-of-inflow.ts";
import { payerShown } from "./payer-shown.ts";
import { readPageAnswer } from "./payment-pages.ts";
import { readInflow } from "./read-inflow.ts";
import { detailsWith } from "./receipt-details.ts";

export const routeJob = "payments.route";

/** A fact that can be booked, and what the books have of its receipt, which nobody else decides about until the end. */
interface SoundFact {
  readonly row: EvidenceRow;
  readonly channel: ChannelRow;
  readonly inflow: Inflow;
  readonly booked: ReceiptRow | undefined;
}

/** @returns the receipt that it names; null: it names none, or is not about this channel */
export async function routeInflow(
  parts: PurchaseParts,
  tx: Tx,
  providerId: string,
  evidenceId: string,
): Promise<string | null> {
  const joined = await joinedPurchase(tx, providerId, evidenceId);
  if (joined !== null) {
    // The purchase's machine takes its facts in their turn, under its own locks.
    await absorbEvidence(parts, tx, providerId, joined.purchaseId);
    return joined.receipt;
  }
  const row = await readEvidenceRow(parts.envelope, tx, providerId, evidenceId);
  if (row === undefined || row.state !== "new" || row.purchaseId !== null) return row?.receipt ?? null;
  const fact = await soundFact(parts, tx, row);
  if (fact === null) return null;
  const { channel, inflow, booked } = fact;
  if (booked !== undefined) await meetBooked(parts, tx, row, channel, inflow, booked);
  else if (await isLikeEntered(tx, { providerId, channelId: channel.channelId }, inflow))
    await freezeAlike(parts, tx, row, channel, inflow);
  else {
    const known = await whatIsKnown(parts, tx, channel, inflow, payerParty(parts.parties, providerId, inflow.payer));
    const decision = decideInflow(inflow, known, verifiedPaidAtMs(inflow) !== null);
    const { rail } = parts.channels.placeOf(channel);
    const lost = isNamed(decision) ? null : await purchaseGivenBack(tx, { providerId, rail, receipt: inflow.receipt });
    if (lost !== null) await joinPurchase(parts, tx, row, lost, inflow.payer);
    else await carryOut(parts, tx, row, channel, inflow, decision);
  }
  return inflow.receipt;
}

/** A person typed a letter for a digit, or there are two payments: nobody gets it before a person has looked. */
async function freezeAlike(parts: PurchaseParts, tx: Tx, row: EvidenceRow, channel: ChannelRow, inflow: Inflow) {
  await bookUnapplied(parts, tx, placeOf(parts, channel, inflow), inflow, { party: null, note: likeAnEntered });
  const booked = await readReceipt(tx, row.providerId, inflow.receipt);
  if (booked !== null) await setReceipt(tx, booked, { state: "frozen" });
  await settleEvidence(tx, row, "done", `for review: ${likeAnEntered}`);
}

/**
 * What `routeInflow` could not do, whatever was in its way: the money is in the books all the same, in suspense, with the reason.
 * @returns false: this fact can't be booked
 */
export async function setAside(parts: PurchaseParts, tx: Tx, providerId: string, evidenceId: string): Promise<boolean> {
  const row = await readEvidenceRow(parts.envelope, tx, providerId, evidenceId);
  if (row === undefined || row.state !== "new" || row.purchaseId !== null) return false;
  const fact = await soundFact(parts, tx, row);
  if (fact === null) return false;
  const { channel, inflow, booked } = fact;
  if (booked === undefined) {
    await bookUnapplied(parts, tx, placeOf(parts, channel, inflow), inflow, { party: null, note: couldNotBeGiven });
    await settleEvidence(tx, row, "done", `to suspense: ${couldNotBeGiven}`);
    return true;
  }
  if (booked.state !== "suspense" || booked.purchaseId !== null || booked.amountCents !== inflow.amountCents)
    return false;
  const provedBy = provedByInflow(inflow);
  if (provedBy !== null) await proveUnapplied(parts, tx, booked, provedBy, { note: couldNotBeGiven });
  await settleEvidence(tx, row, "done", `in suspense: ${couldNotBeGiven}`);
  return true;
}

/** Null: it brings no money, and why is noted with it. */
async function inflowOf(parts: PurchaseParts, tx: Tx, channel: ChannelRow, row: EvidenceRow): Promise<Inflow | null> {
  const { readers, facts } = parts.channels.kinds.definitionOf(channel.kind);
  // The callback of a prompt that is no purchase's: of an invoice.
  if (row.source === "stk-callback") {
    await parts.emit(tx, row.providerId, { topic: "payment", id: row.evidenceId, action: "invoice-prompt" });
    return readPromptCallback(parts, tx, { readers, rail: facts.rail }, row);
  }
  if (row.source === facts.querySource && facts.pays === "page") {
    await parts.emit(tx, row.providerId, { topic: "payment", id: row.evidenceId, action: "invoice-prompt" });
    return readPageAnswer(parts, tx, channel, row);
  }
  const read = readInflow(readers, row.source, row.body);
  if ("message" in read) return read.message;
  await settleEvidence(tx, row, "unmatched", `not a genuine message: ${read.refused}`);
  return null;
}

/** Locks its receipt. Null: it is no genuine message, or not about this channel, which is noted with it. */
async function soundFact(parts: PurchaseParts, tx: Tx, row: EvidenceRow): Promise<SoundFact | null> {
  const { channels } = parts;
  const { providerId } = row;
  const channel = await readChannel(tx, providerId, row.channelId);
  const { facts } = channels.kinds.definitionOf(channel.kind);
  const told = await inflowOf(parts, tx, channel, row);
  if (told === null) return null;
  const inflow = withSoundTime(told, row.receivedAtMs);
  if (inflow.shortcode !== null && ![channel.shortcode, channel.storeNumber].includes(inflow.shortcode)) {
    await settleEvidence(tx, row, "unmatched", "its short code is not this channel's");
    return null;
  }
  const id = { providerId, rail: facts.rail, receipt: inflow.receipt };
  await lockReceipt(tx, id);
  await linkEvidence(tx, row, { receipt: inflow.receipt });
  return { row, channel, inflow, booked: await readReceiptOnRail(tx, id) };
}

/** The money is in the books: another source of it, or one that disagrees. */
async function meetBooked(
  parts: PurchaseParts,
  tx: Tx,
  row: EvidenceRow,
  channel: ChannelRow,
  said: Inflow,
  before: ReceiptRow,
): Promise<void> {
  const booked = await atItsChannel(parts, tx, row, channel, said, before);
  // Whose proved money is, no report says: who forges one would claim it.
  const isTold = booked.corroborated && said.trust === "pushed";
  const inflow: Inflow = isTold ? { ...said, payer: { kind: "none" }, payerName: null } : said;
  const party = payerParty(parts.parties, row.providerId, inflow.payer);
  await setReceipt(tx, booked, detailsWith(booked, inflow, party));
  const isAgreedSum = booked.amountCents === inflow.amountCents;
  const isAgreed = isAgreedSum && booked.channelId === channel.channelId;
  if (isAgreed && provesTheList(booked.source, inflow.source))
    await noteProvedAnswer(tx, parts.world, channel, "pull", booked.receipt);
  if (booked.purchaseId !== null) return joinPurchase(parts, tx, row, booked.purchaseId, inflow.payer);
  const provedBy = provedByInflow(inflow);
  if (booked.state === "disproved" && provedBy === null) {
    // The channel may have been slow, or this is one more forgery: it is asked again, and a person hears of it.
    await noteUnknownCode(tx, parts.world, row, `${booked.receipt}: reported again after it was disproved`);
    await sendLookUp(parts.jobs, tx, channel, booked.receipt);
    return settleEvidence(tx, row, "done", "disproved, and reported again: asked");
  }
  // None of it is in the books: what the channel says now is what came in.
  if (booked.state === "disproved" && provedBy !== null && (isAgreedSum || booked.returnedCents === 0)) {
    const there = await restoreUnapplied(parts, tx, booked, { amountCents: inflow.amountCents, provedBy });
    if (there.state === "suspense" && (await giveNow(parts, tx, { row, channel, inflow, booked: there }, true))) return;
    return settleEvidence(tx, row, "done", "it exists after all");
  }
  if (!isAgreedSum) {
    const isThere = booked.state === "credit" || booked.state === "suspense";
    const isOurs = booked.channelId === channel.channelId && booked.returnedCents === 0 && !booked.corroborated;
    if (provedBy !== null && isThere && isOurs && inflow.amountCents < booked.amountCents) {
      await lowerUnapplied(parts, tx, booked, inflow.amountCents, provedBy);
      return settleEvidence(tx, row, "done", "less came in than was told: the rest is disproved");
    }
    // Tampering or a bug of ours: the money stays where it is until a person has looked.
    const state = booked.state === "suspense" ? "frozen" : booked.state;
    await setReceipt(tx, booked, { state, note: twoAmounts });
    parts.world.log.error("receipt-amounts-differ", { receipt: booked.receipt, source: row.source });
    return settleEvidence(tx, row, "done", "for review: the receipt is known with another amount");
  }
  if (provedBy !== null) await proveUnapplied(parts, tx, booked, provedBy);
  const isProven = booked.corroborated || provedBy !== null;
  const given = booked.state === "suspense" && (await giveNow(parts, tx, { row, channel, inflow, booked }, isProven));
  if (!given) return settleEvidence(tx, row, "done", "known already");
}

/** Reported at another channel before, which has not confirmed it: who is asked and has it, got it. Who only tells is asked, and a person hears of it. */
async function atItsChannel(
  parts: PurchaseParts,
  tx: Tx,
  row: EvidenceRow,
  channel: ChannelRow,
  said: Inflow,
  booked: ReceiptRow,
): Promise<ReceiptRow> {
  const { state, corroborated } = booked;
  if (booked.channelId === channel.channelId || corroborated || state === "reversed") return booked;
  if (provedByInflow(said) !== null) return moveToChannel(parts, tx, booked, parts.channels.placeOf(channel));
  if (state === "disproved") return booked;
  await noteUnknownCode(tx, parts.world, row, `${booked.receipt}: reported at two channels`);
  await sendLookUp(parts.jobs, tx, channel, booked.receipt);
  await sendPull(parts, tx, channel);
  return booked;
}

type BookedFact = SoundFact & { readonly booked: ReceiptRow };

/** Money in suspense whose owner is known now: the payer is shown, it is proved, or the purchase that it names is there. The fact is settled with it. */
async function giveNow(parts: PurchaseParts, tx: Tx, fact: BookedFact, isProven: boolean): Promise<boolean> {
  if (await giveIfOwned(parts, tx, fact, isProven)) return true;
  // Its proof was not all that it lacked. The next report tries again.
  if (isProven && fact.booked.note === tooMuchUnverified) await setReceipt(tx, fact.booked, { note: couldNotBeGiven });
  return false;
}

const isNamed = (decision: InflowDecision): boolean => decision.kind === "purchase" && decision.rule === itsReference;

async function giveIfOwned(
  parts: PurchaseParts,
  tx: Tx,
  { row, channel, inflow, booked }: BookedFact,
  isProven: boolean,
): Promise<boolean> {
  const shown = payerParty(parts.parties, row.providerId, inflow.payer);
  const isShownNow = booked.payerHash === null && shown !== null;
  if (booked.returnedCents > 0) return false;
  const waited = isProven && isForItsOwner(booked);
  const isOwnedNow = isShownNow || waited;
  if (!isOwnedNow && !isProven) return false;
  const lost = isProven ? await purchaseGivenBack(tx, booked) : null;
  if (lost !== null) {
    await joinPurchase(parts, tx, row, lost, inflow.payer);
    return true;
  }
  const { payer, party } = await bestPayer(parts, tx, booked, { payer: inflow.payer, party: shown });
  const whole = { ...inflow, payer, accountText: booked.accountText ?? inflow.accountText };
  const known = await whatIsKnown(parts, tx, channel, whole, party);
  const decision = decideInflow(whole, known, verifiedPaidAtMs(inflow) !== null);
  if (decision.kind === "account" && isOwnedNow) {
    const phone = payer.kind === "phone" ? payer.phone : null;
    const owner = { party: decision.party, phone, note: decision.rule };
    const given = await giveToAccount(parts, tx, booked, decision.account, owner, isProven);
    const outcome = waited ? "it is proved: to the account" : "it shows the payer: to the account";
    if (given === "given") await settleEvidence(tx, row, "done", outcome);
    return given === "given";
  }
  // Its purchase came after it: a site gave that back to a restored hub.
  if ((!waited && !(isProven && isNamed(decision))) || decision.kind === "suspense") return false;
  if (decision.kind === "purchase") {
    await joinPurchase(parts, tx, row, decision.purchaseId, payer);
    return true;
  }
  await giveToCredit(parts, tx, booked, decision.party, decision.rule);
  await settleEvidence(tx, row, "done", `to customer credit: ${decision.rule}`);
  return true;
}

/** The payer as whichever source shows them best: by a number, else as the books name them. */
async function bestPayer(parts: PurchaseParts, tx: Tx, booked: ReceiptRow, told: NamedPayer): Promise<NamedPayer> {
  if (told.payer.kind === "phone" || booked.payerHash === null) return told;
  const phone = await payerShown(parts, tx, booked);
  if (phone === null) return { payer: { kind: "party", party: booked.payerHash }, party: booked.payerHash };
  return { payer: { kind: "phone", phone }, party: parts.parties.ofPhone(booked.providerId, phone) };
}

/** Where it came in, in the currency that it came in. */
const placeOf = ({ channels }: PurchaseParts, channel: ChannelRow, { currency }: Inflow) => ({
  ...channels.placeOf(channel),
  ...(currency === undefined ? {} : { currency }),
});

async function carryOut(
  parts: PurchaseParts,
  tx: Tx,
  row: EvidenceRow,
  channel: ChannelRow,
  inflow: Inflow,
  decision: InflowDecision,
): Promise<void> {
  if (decision.kind === "purchase") return joinPurchase(parts, tx, row, decision.purchaseId, inflow.payer);
  const place = placeOf(parts, channel, inflow);
  if (decision.kind === "account") {
    const { account, party } = decision;
    const money = {
      ...place,
      party,
      receipt: inflow.receipt,
      amountCents: inflow.amountCents,
      payerMasked: payerMask(inflow.payer) ?? "",
      phone: inflow.payer.kind === "phone" ? inflow.payer.phone : null,
    };
    const bought = await purchaseAtAccount(parts, tx, money, account, inflow.trust === "fetched");
    if (bought.kind === "purchase") return joinPurchase(parts, tx, row, bought.purchaseId, inflow.payer);
    if (bought.kind === "waits") {
      await bookUnapplied(parts, tx, place, inflow, { party: null, note: tooMuchUnverified });
      await sendPull(parts, tx, channel);
      return settleEvidence(tx, row, "done", `to suspense, asked first: ${tooMuchUnverified}`);
    }
  }
  if (decision.kind === "suspense") {
    await bookUnapplied(parts, tx, place, inflow, { party: null, note: decision.why });
    return settleEvidence(tx, row, "done", `to suspense: ${decision.why}`);
  }
  await bookUnapplied(parts, tx, place, inflow, { party: decision.party, note: null });
  // Somebody may sit before the page of a line that waits for it: a callback alone renews nothing, so the channel is asked at once.
  if (decision.kind === "account" && decision.account.isCustomers === true && inflow.trust === "pushed")
    await sendPull(parts, tx, channel);
  return settleEvidence(tx, row, "done", `to customer credit: ${decision.rule}`);
}

/** From now on it is a fact about this purchase, whose machine judges it. Who paid is told, also where another number was asked. */
async function joinPurchase(
  parts: PurchaseParts,
  tx: Tx,
  row: EvidenceRow,
  purchaseId: string,
  payer: Payer,
): Promise<void> {
  await linkEvidence(tx, row, { purchaseId });
  if (payer.kind === "phone") {
    const asked = await peekPurchase(parts, tx, row.providerId, purchaseId);
    const party = parts.parties.ofPhone(row.providerId, payer.phone);
    if (party !== asked.phoneHash && !moneyStates.has(asked.state) && !(await isGone(tx, asked, party)))
      await tellInstead(parts, tx, asked, payer.phone);
  }
  // Where nobody's number is known, a sender that takes hashes may still reach who paid.
  if (payer.kind === "hash" && payer.hash.length === 64) {
    const asked = await peekPurchase(parts, tx, row.providerId, purchaseId);
    const party = parts.parties.ofSha256(row.providerId, payer.hash);
    if (asked.phoneHash === null && !moneyStates.has(asked.state) && !(await isGone(tx, asked, party)))
      await tellInstead(parts, tx, asked, payer.hash);
  }
  await absorbEvidence(parts, tx, row.providerId, purchaseId);
}

const isGone = (tx: Tx, asked: PurchaseRow, payer: Party): Promise<boolean> =>
  isErasedPayer(tx, asked.providerId, payer, asked.createdAtMs);
