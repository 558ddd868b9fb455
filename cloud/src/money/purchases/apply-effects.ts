/**
 * Applies the effects that `transition.ts` asks for: receipts, ledger, grant, queries; in the transaction of the new state. Each
 * effect happens once: its entry's key sees to it.
 */
import type { Tx } from "../../ground/db/database.ts";
import { creditToSpend, debtOf } from "../ledger/credit.ts";
import { replacePlanPayment, toBooked, undoEntry } from "../receipts/receipt-entries.ts";
import {
  insertReceipt,
  lockNewReceipt,
  type ReceiptId,
  type ReceiptRow,
  readReceiptOnRail,
  setReceipt,
  tooMuchUnverified,
} from "../receipts/receipt-rows.ts";
import { postEffect } from "./effect-entries.ts";
import { askJob, type LoadedIntent, type PurchaseParts } from "./intent-rows.ts";
import type { Effect } from "./purchase-facts.ts";

export async function applyEffects(
  parts: PurchaseParts,
  tx: Tx,
  intent: LoadedIntent,
  effects: readonly Effect[],
): Promise<void> {
  for (const effect of effects) await applyEffect(parts, tx, intent, effect);
}

async function applyEffect(parts: PurchaseParts, tx: Tx, intent: LoadedIntent, effect: Effect): Promise<void> {
  const { jobs, grants } = parts;
  const { provider_id: providerId, intent_id: intentId } = intent;
  switch (effect.kind) {
    case "book-receipt":
      return bookReceipt(parts, tx, intent, effect);
    case "hold-receipt":
      return holdReceipt(parts, tx, intent, effect);
    case "book-unreceipted":
    case "use-credit":
      await postEffect(parts, tx, intent, effect);
      return;
    case "restore-receipt":
      await postEffect(parts, tx, intent, effect);
      return setReceipt(tx, idOf(intent, effect.receipt), {
        state: "booked",
        corroborated: true,
        plan_cents: effect.planCents,
        credit_cents: effect.amountCents - effect.planCents,
        suspense_cents: 0,
      });
    case "replace-receipt":
      return replaceReceipt(tx, intent, effect);
    case "undo-receipt":
      return undoReceipt(parts, tx, intent, effect);
    case "confirm-receipt":
      return setReceipt(tx, idOf(intent, effect.receipt), { corroborated: true });
    case "open-grant":
      await grants.open(
        tx,
        {
          providerId,
          intentId,
          siteId: intent.site_id,
          planName: intent.plan_name,
          terms: intent.terms,
          phoneHash: intent.phone_hash,
          renewsGrantId: intent.renews_grant_id,
        },
        effect.unverified,
      );
      return parts.onPaid(tx, intent);
    case "verify-grant":
      return grants.verify(tx, providerId, intentId);
    case "revoke-grant":
      return grants.revoke(tx, providerId, intentId);
    case "ask":
      return jobs.send(tx, askJob, { providerId, intentId }, { singletonKey: `${intentId}/soon` });
  }
}

async function bookReceipt(
  parts: PurchaseParts,
  tx: Tx,
  intent: LoadedIntent,
  effect: Extract<Effect, { kind: "book-receipt" }>,
): Promise<void> {
  const { receipt, amountCents, planCents, creditCents, source, verified, paidAtMs, fromSuspense } = effect;
  const id = idOf(intent, receipt);
  const owned = { plan_cents: planCents, credit_cents: creditCents, suspense_cents: 0, party: intent.phone_hash };
  if (fromSuspense) {
    await postEffect(parts, tx, intent, effect);
    const booked = { ...owned, intent_id: intent.intent_id, state: "booked", note: null } as const;
    return setReceipt(tx, id, { ...booked, ...(verified ? { corroborated: true } : {}) });
  }
  await lockNewReceipt(tx, id);
  await insertReceipt(tx, {
    ...id,
    ...owned,
    entry_id: (await postEffect(parts, tx, intent, effect)) ?? "",
    channel_id: intent.channel_id,
    intent_id: intent.intent_id,
    amount_cents: amountCents,
    currency: intent.currency,
    source,
    corroborated: verified,
    payer_hash: intent.phone_hash,
    payer_masked: intent.phone_masked,
    account_text: intent.reference,
    booked_at_ms: parts.world.clock.wall().atMs,
    paid_at_ms: paidAtMs,
  });
}

/** In the books, and not this purchase's yet. */
async function holdReceipt(
  parts: PurchaseParts,
  tx: Tx,
  intent: LoadedIntent,
  effect: Extract<Effect, { kind: "hold-receipt" }>,
): Promise<void> {
  const { receipt, amountCents, source, paidAtMs, fromSuspense } = effect;
  const id = idOf(intent, receipt);
  if (fromSuspense) return setReceipt(tx, id, { intent_id: intent.intent_id, note: tooMuchUnverified });
  await lockNewReceipt(tx, id);
  await insertReceipt(tx, {
    ...id,
    entry_id: (await postEffect(parts, tx, intent, effect)) ?? "",
    channel_id: intent.channel_id,
    intent_id: intent.intent_id,
    state: "suspense",
    amount_cents: amountCents,
    plan_cents: 0,
    credit_cents: 0,
    suspense_cents: amountCents,
    currency: intent.currency,
    source,
    corroborated: false,
    party: null,
    note: tooMuchUnverified,
    payer_hash: intent.phone_hash,
    payer_masked: intent.phone_masked,
    account_text: intent.reference,
    booked_at_ms: parts.world.clock.wall().atMs,
    paid_at_ms: paidAtMs,
  });
  await parts.emit(tx, intent.provider_id, { topic: "payment", id: receipt, action: "suspense" });
}

async function replaceReceipt(
  tx: Tx,
  intent: LoadedIntent,
  { receipt, by }: Extract<Effect, { kind: "replace-receipt" }>,
): Promise<void> {
  const from = toBooked(await bookedReceipt(tx, intent, receipt));
  const to = toBooked(await bookedReceipt(tx, intent, by));
  const after = replacePlanPayment(from, to);
  for (const { receipt: changed, planCents, creditCents } of [after.from, after.to]) {
    await setReceipt(tx, idOf(intent, changed), { plan_cents: planCents, credit_cents: creditCents });
  }
}

async function undoReceipt(
  { world, ledger }: PurchaseParts,
  tx: Tx,
  intent: LoadedIntent,
  { receipt, because, returnsCredit, refundedCents }: Extract<Effect, { kind: "undo-receipt" }>,
): Promise<void> {
  const { provider_id: providerId, intent_id: intentId, currency } = intent;
  const row = await bookedReceipt(tx, intent, receipt);
  const party = row.party ?? intent.phone_hash;
  const credit = await creditToSpend(tx, providerId, party, currency);
  const place = { channelId: row.channel_id, rail: row.rail, currency };
  const plan = {
    refundedCents,
    usedCents: returnsCredit ? intent.amount_cents - row.plan_cents : 0,
    debtCents: returnsCredit ? await debtOf(tx, providerId, party, currency) : 0,
  };
  await ledger.post(tx, { providerId, intentId, party }, undoEntry(toBooked(row), because, credit, place, plan));
  if (refundedCents > 0) world.log.warn("payment-given-back-twice", { intentId, refundedCents });
  await setReceipt(tx, row, { state: because });
}

async function bookedReceipt(tx: Tx, intent: LoadedIntent, receipt: string): Promise<ReceiptRow> {
  const row = await readReceiptOnRail(tx, idOf(intent, receipt));
  if (row === undefined) throw new Error(`the receipt ${receipt} is not in the books`);
  return row;
}

function idOf(intent: LoadedIntent, receipt: string): ReceiptId {
  return { provider_id: intent.provider_id, rail: intent.channel.facts.rail, receipt };
}
