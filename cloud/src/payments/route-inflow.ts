/**
 * The shell around `inflow-policy.ts`: takes a stored fact about money that came in, finds whose it is, and books it. Safe
 * to repeat, and in any order with the other witnesses of the same money: the receipt's lock sees to it.
 */
import { cents } from "@karibu/protocol/quantities";
import type { Tx } from "../db/database.ts";
import { balanced, type LedgerEntry } from "../ledger/entries.ts";
import { postEntry } from "../ledger/post-entry.ts";
import type { Envelope } from "../secrets/envelope.ts";
import { absorbEvidence } from "./absorb-evidence.ts";
import { giveToAccount, purchaseAtAccount } from "./account-money.ts";
import { lockReceipt } from "./carry-out.ts";
import { channelKinds, railOf } from "./channel-kinds.ts";
import { type Inflow, payerHash, payerMask, sureTimeMs } from "./inflow.ts";
import { decideInflow, type InflowDecision } from "./inflow-policy.ts";
import type { AbsorbParts } from "./judged-intent.ts";
import { whatIsKnown } from "./known-of-inflow.ts";
import { readInflow } from "./read-inflow.ts";
import { type ReceiptRow, setReceipt } from "./receipt-rows.ts";
import { type EvidenceRow, settleEvidence } from "./store-evidence.ts";
import { restoreLoose } from "./suspense.ts";
import type { ChannelRow } from "./tables.ts";

export const routeJob = "payments.route";

export interface RouteParts extends AbsorbParts {
  readonly envelope: Envelope;
}

/** @returns the receipt that it names; null: it names none, or is not about this channel */
export async function routeInflow(
  parts: RouteParts,
  tx: Tx,
  providerId: string,
  evidenceId: string,
): Promise<string | null> {
  const row = await tx
    .selectFrom("evidence")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("evidence_id", "=", evidenceId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined || row.state !== "new") return row?.receipt ?? null;
  if (row.intent_id !== null) {
    await absorbEvidence(parts, tx, providerId, row.intent_id);
    return row.receipt;
  }
  const channel = await tx
    .selectFrom("channels")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", row.channel_id)
    .executeTakeFirstOrThrow();
  const read = readInflow(row.source, row.body);
  if ("refused" in read) {
    await settleEvidence(tx, row, "stray", `not a genuine message: ${read.refused}`);
    return null;
  }
  const inflow = read.message;
  if (inflow.shortcode !== null && ![channel.shortcode, channel.store_number].includes(inflow.shortcode)) {
    await settleEvidence(tx, row, "stray", "its short code is not this channel's");
    return null;
  }
  const rail = railOf(channel.kind);
  await lockReceipt(tx, providerId, rail, inflow.receipt);
  await tx
    .updateTable("evidence")
    .set({ receipt: inflow.receipt })
    .where("provider_id", "=", providerId)
    .where("evidence_id", "=", evidenceId)
    .execute();
  const booked = await tx
    .selectFrom("receipts")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("rail", "=", rail)
    .where("receipt", "=", inflow.receipt)
    .forUpdate()
    .executeTakeFirst();
  if (booked !== undefined) await meetBooked(parts, tx, row, channel, inflow, booked);
  else {
    const known = await whatIsKnown(parts, tx, providerId, channel, inflow);
    const decision = decideInflow(inflow, known, sureTimeMs(inflow) !== null);
    await carryOut(parts, tx, row, channel, inflow, decision);
  }
  return inflow.receipt;
}

/** The money is in the books: another witness of it, or one that disagrees. */
async function meetBooked(
  parts: RouteParts,
  tx: Tx,
  row: EvidenceRow,
  channel: ChannelRow,
  inflow: Inflow,
  booked: ReceiptRow,
): Promise<void> {
  await setReceipt(tx, booked, {
    payer_name: booked.payer_name ?? inflow.payerName,
    payer_hash: booked.payer_hash ?? payerHash(inflow.payer), // one source hides the payer, the next one may not
    paid_at_ms: booked.paid_at_ms ?? sureTimeMs(inflow),
    account_text: booked.intent_id === null ? booked.account_text : (inflow.accountText ?? booked.account_text),
  });
  if (booked.intent_id !== null) return joinPurchase(parts, tx, row, booked.intent_id);
  if (booked.amount_cents !== inflow.amountCents) {
    // Tampering or a bug of ours: the money stays where it is until a person has looked.
    const state = booked.state === "suspense" ? "frozen" : booked.state;
    await setReceipt(tx, booked, { state, note: "two sources name two amounts" });
    parts.world.log.error("receipt-amounts-differ", { receipt: booked.receipt, source: row.source });
    return settleEvidence(tx, row, "done", "for review: the receipt is known with another amount");
  }
  if (booked.state === "disproved" && inflow.trust === "fetched") {
    await restoreLoose(parts, tx, booked);
    return settleEvidence(tx, row, "done", "it exists after all");
  }
  if (inflow.trust === "fetched" || inflow.source !== booked.source)
    await setReceipt(tx, booked, { corroborated: true });
  const isShownNow = booked.payer_hash === null && payerHash(inflow.payer) !== null;
  if (booked.state === "suspense" && isShownNow && (await giveShown(parts, tx, channel, inflow, booked)))
    return settleEvidence(tx, row, "done", "it shows the payer: to the account");
  return settleEvidence(tx, row, "done", "known already");
}

/** What was typed at a site's account by somebody whose number was hidden buys its plan when another source shows the number. */
async function giveShown(
  parts: RouteParts,
  tx: Tx,
  channel: ChannelRow,
  inflow: Inflow,
  booked: ReceiptRow,
): Promise<boolean> {
  const whole = { ...inflow, accountText: booked.account_text ?? inflow.accountText };
  const known = await whatIsKnown(parts, tx, channel.provider_id, channel, whole);
  const decision = decideInflow(whole, known, sureTimeMs(inflow) !== null);
  if (decision.kind !== "account") return false;
  const phone = inflow.payer.kind === "phone" ? inflow.payer.phone : null;
  const owner = { party: decision.party, phone, note: decision.rule };
  return (await giveToAccount(parts, tx, booked, decision.account, owner)) === "given";
}

async function carryOut(
  parts: RouteParts,
  tx: Tx,
  row: EvidenceRow,
  channel: ChannelRow,
  inflow: Inflow,
  decision: InflowDecision,
): Promise<void> {
  if (decision.kind === "purchase") return joinPurchase(parts, tx, row, decision.intentId);
  if (decision.kind === "account") {
    const { account, party } = decision;
    const money = {
      ...{ providerId: channel.provider_id, channelId: channel.channel_id, rail: railOf(channel.kind), party },
      ...{ receipt: inflow.receipt, amountCents: inflow.amountCents, currency: currencyOf(channel) },
      ...{
        payerMasked: payerMask(inflow.payer) ?? "",
        phone: inflow.payer.kind === "phone" ? inflow.payer.phone : null,
      },
    };
    const intentId = await purchaseAtAccount(parts, tx, money, account);
    if (intentId !== null) return joinPurchase(parts, tx, row, intentId);
  }
  await bookLoose(parts, tx, channel, inflow, decision);
  if (decision.kind === "suspense") return settleEvidence(tx, row, "done", `to suspense: ${decision.why}`);
  return settleEvidence(tx, row, "done", `to customer credit: ${decision.rule}`);
}

const currencyOf = (channel: ChannelRow): string => channelKinds[channel.kind].currency ?? "KES";

/** Money without a purchase: into a customer's credit, or into suspense. */
async function bookLoose(
  { world, emit }: RouteParts,
  tx: Tx,
  channel: ChannelRow,
  inflow: Inflow,
  decision: Exclude<InflowDecision, { kind: "purchase" }>,
): Promise<void> {
  const { provider_id: providerId, channel_id: channelId } = channel;
  const party = decision.kind === "suspense" ? null : decision.party;
  const rail = railOf(channel.kind);
  const currency = currencyOf(channel);
  const { receipt, amountCents } = inflow;
  const entry: LedgerEntry = balanced({
    entryKey: `receipt:${rail}:${receipt}`,
    kind: party === null ? "suspense" : "receipt",
    lines: [
      { account: `clearing:${channelId}`, currency, amountCents },
      { account: party === null ? "suspense" : "credit", currency, amountCents: cents(-amountCents) },
    ],
  });
  const entryId = await postEntry(tx, world, { providerId, intentId: null, party }, entry);
  await tx
    .insertInto("receipts")
    .values({
      provider_id: providerId,
      rail,
      receipt,
      channel_id: channelId,
      intent_id: null,
      amount_cents: amountCents,
      plan_cents: 0,
      credit_cents: party === null ? 0 : amountCents,
      suspense_cents: party === null ? amountCents : 0,
      currency,
      entry_id: entryId,
      booked_at_ms: world.clock.wall().atMs,
      state: party === null ? "suspense" : "credit",
      source: inflow.source,
      corroborated: inflow.trust === "fetched",
      party,
      payer_hash: payerHash(inflow.payer),
      payer_masked: payerMask(inflow.payer),
      payer_name: inflow.payerName,
      account_text: inflow.accountText,
      paid_at_ms: sureTimeMs(inflow),
      note: decision.kind === "suspense" ? decision.why : null,
    })
    .execute();
  await emit(tx, providerId, { topic: "payment", id: receipt, action: party === null ? "suspense" : "credited" });
}

/** From now on it is a fact about this purchase, whose machine judges it. */
async function joinPurchase(parts: RouteParts, tx: Tx, row: EvidenceRow, intentId: string): Promise<void> {
  await tx
    .updateTable("evidence")
    .set({ intent_id: intentId })
    .where("provider_id", "=", row.provider_id)
    .where("evidence_id", "=", row.evidence_id)
    .execute();
  await absorbEvidence(parts, tx, row.provider_id, intentId);
}
