/**
 * The shell around `inflow-policy.ts`: takes a stored fact about money that came in, finds whose it is, and books it. Safe
 * to repeat, and in any order with the other witnesses of the same money: the receipt's lock sees to it.
 */
import { cents } from "@karibu/protocol/quantities";
import type { Selectable } from "kysely";
import type { Tx } from "../db/database.ts";
import { balanced, type LedgerEntry } from "../ledger/entries.ts";
import { postEntry } from "../ledger/post-entry.ts";
import type { Envelope } from "../secrets/envelope.ts";
import { type AbsorbParts, absorbEvidence } from "./absorb-evidence.ts";
import { lockReceipt } from "./carry-out.ts";
import { channelKinds, railOf } from "./channel-kinds.ts";
import { type Inflow, payerHash, payerMask, sureTimeMs } from "./inflow.ts";
import { decideInflow, type InflowDecision } from "./inflow-policy.ts";
import { whatIsKnown } from "./known-of-inflow.ts";
import { insertPurchaseByHand } from "./purchase-by-hand.ts";
import { readInflow } from "./read-inflow.ts";
import type { PaymentTables } from "./tables.ts";

export const routeJob = "payments.route";

type EvidenceRow = Selectable<PaymentTables["evidence"]>;
type ChannelRow = Selectable<PaymentTables["channels"]>;
type ReceiptRow = Selectable<PaymentTables["receipts"]>;

export interface RouteParts extends AbsorbParts {
  readonly envelope: Envelope;
}

/** @returns what became of it, in a few words */
export async function routeInflow(parts: RouteParts, tx: Tx, providerId: string, evidenceId: string): Promise<string> {
  const row = await tx
    .selectFrom("evidence")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("evidence_id", "=", evidenceId)
    .forUpdate()
    .executeTakeFirst();
  if (row === undefined || row.state !== "new") return row?.outcome ?? "no such evidence";
  if (row.intent_id !== null) {
    await absorbEvidence(parts, tx, providerId, row.intent_id);
    return "judged with its purchase";
  }
  const channel = await tx
    .selectFrom("channels")
    .selectAll()
    .where("provider_id", "=", providerId)
    .where("channel_id", "=", row.channel_id)
    .executeTakeFirstOrThrow();
  const read = readInflow(row.source, row.body);
  if ("refused" in read) return settle(tx, row, "stray", `not a genuine message: ${read.refused}`);
  const inflow = read.message;
  if (inflow.shortcode !== null && ![channel.shortcode, channel.store_number].includes(inflow.shortcode)) {
    return settle(tx, row, "stray", "its short code is not this channel's");
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
    .executeTakeFirst();
  if (booked !== undefined) return meetBooked(parts, tx, row, inflow, booked);
  const known = await whatIsKnown(parts, tx, providerId, channel, inflow);
  const decision = decideInflow(inflow, known, sureTimeMs(inflow) !== null);
  return carryOut(parts, tx, row, channel, inflow, decision);
}

/** The money is in the books: another witness of it, or one that disagrees. */
async function meetBooked(
  parts: RouteParts,
  tx: Tx,
  row: EvidenceRow,
  inflow: Inflow,
  booked: ReceiptRow,
): Promise<string> {
  const set = (changes: Partial<ReceiptRow>) =>
    tx
      .updateTable("receipts")
      .set(changes)
      .where("provider_id", "=", row.provider_id)
      .where("rail", "=", booked.rail)
      .where("receipt", "=", booked.receipt)
      .execute();
  await set({
    payer_name: booked.payer_name ?? inflow.payerName,
    payer_hash: booked.payer_hash ?? payerHash(inflow.payer), // one source hides the payer, the next one may not
    paid_at_ms: booked.paid_at_ms ?? sureTimeMs(inflow),
    account_text: booked.intent_id === null ? booked.account_text : (inflow.accountText ?? booked.account_text),
  });
  if (booked.intent_id !== null) {
    await join(tx, row, booked.intent_id);
    await absorbEvidence(parts, tx, row.provider_id, booked.intent_id);
    return "judged with its purchase";
  }
  if (booked.amount_cents !== inflow.amountCents) {
    // Tampering or a bug of ours: the money stays where it is until a person has looked.
    await set({ state: booked.state === "suspense" ? "frozen" : booked.state, note: "two sources name two amounts" });
    parts.world.log.error("receipt-amounts-differ", { receipt: booked.receipt, source: row.source });
    return settle(tx, row, "done", "for review: the receipt is known with another amount");
  }
  if (inflow.trust === "fetched" || inflow.source !== booked.source) await set({ corroborated: true });
  return settle(tx, row, "done", "known already");
}

async function carryOut(
  parts: RouteParts,
  tx: Tx,
  row: EvidenceRow,
  channel: ChannelRow,
  inflow: Inflow,
  decision: InflowDecision,
): Promise<string> {
  const { provider_id: providerId } = row;
  if (decision.kind === "purchase") {
    await join(tx, row, decision.intentId);
    await absorbEvidence(parts, tx, providerId, decision.intentId);
    return `to a purchase: ${decision.rule}`;
  }
  if (decision.kind === "account") {
    const intentId = await purchaseOfAccount(parts, tx, channel, inflow, decision);
    if (intentId !== null) {
      await join(tx, row, intentId);
      await absorbEvidence(parts, tx, providerId, intentId);
      return `a purchase by account: ${decision.rule}`;
    }
  }
  const party = decision.kind === "suspense" ? null : decision.party;
  await bookLoose(parts, tx, channel, inflow, party);
  if (party === null) {
    const why = decision.kind === "suspense" ? decision.why : "the account names no customer and the payer is hidden";
    return settle(tx, row, "done", `to suspense: ${why}`);
  }
  return settle(tx, row, "done", `to customer credit: ${decision.kind === "suspense" ? "" : decision.rule}`);
}

/** Money without a purchase: into a customer's credit, or into suspense. */
async function bookLoose(
  { world, emit }: RouteParts,
  tx: Tx,
  channel: ChannelRow,
  inflow: Inflow,
  party: string | null,
): Promise<void> {
  const { provider_id: providerId, channel_id: channelId } = channel;
  const rail = railOf(channel.kind);
  const currency = channelKinds[channel.kind].currency ?? "KES";
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
    })
    .execute();
  await emit(tx, providerId, { topic: "payment", id: receipt, action: party === null ? "suspense" : "credited" });
}

/** An account that stands for a plan at a site is bought by paying its price or more. Null: it is money for the credit. */
async function purchaseOfAccount(
  parts: RouteParts,
  tx: Tx,
  channel: ChannelRow,
  inflow: Inflow,
  { account, party }: Extract<InflowDecision, { kind: "account" }>,
): Promise<string | null> {
  if (account.siteId === null || party === null) return null;
  let query = tx
    .selectFrom("plans")
    .selectAll()
    .where("provider_id", "=", channel.provider_id)
    .where("active", "=", true)
    .where("deleted_at_ms", "is", null)
    .where("currency", "=", channelKinds[channel.kind].currency ?? "KES");
  query =
    account.planId === null
      ? query.where("price_cents", "=", inflow.amountCents)
      : query.where("plan_id", "=", account.planId);
  const plans = await query.execute();
  const [plan] = plans;
  // Two plans at one price: nobody can say which was meant.
  if (plans.length !== 1 || plan === undefined || inflow.amountCents < plan.price_cents) return null;
  return insertPurchaseByHand(
    parts,
    tx,
    {
      ...{ providerId: channel.provider_id, channelId: channel.channel_id, siteId: account.siteId, party },
      ...{ rail: railOf(channel.kind), receipt: inflow.receipt, payerMasked: payerMask(inflow.payer) ?? "" },
      phone: inflow.payer.kind === "phone" ? inflow.payer.phone : null,
    },
    plan,
  );
}

async function join(tx: Tx, row: EvidenceRow, intentId: string): Promise<void> {
  await tx
    .updateTable("evidence")
    .set({ intent_id: intentId })
    .where("provider_id", "=", row.provider_id)
    .where("evidence_id", "=", row.evidence_id)
    .execute();
}

async function settle(tx: Tx, row: EvidenceRow, state: EvidenceRow["state"], outcome: string): Promise<string> {
  await tx
    .updateTable("evidence")
    .set({ state, outcome })
    .where("provider_id", "=", row.provider_id)
    .where("evidence_id", "=", row.evidence_id)
    .execute();
  return outcome;
}
