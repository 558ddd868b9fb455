/**
 * Applies all new evidence of one purchase: read the facts, decide (`transition.ts`), plan the effects, write them, save the row. One
 * transaction does it all, under locks of its receipts and of the row: receipts, ledger, grant, feed, events, queries. Safe to repeat.
 */
import type { Tx } from "../../ground/db/database.ts";
import { settleEvidence } from "../evidence/evidence-rows.ts";
import { settleUse } from "../promotions/promotion-uses.ts";
import { lockReceipts } from "../receipts/receipt-rows.ts";
import { applyEffects } from "./apply-effects.ts";
import {
  type ChangedFields,
  type IntentRow,
  loadIntent,
  type PurchaseParts,
  peekIntent,
  setIntent,
} from "./intent-rows.ts";
import { planEffects } from "./plan-effects.ts";
import { readBooks } from "./read-books.ts";
import { readFacts, receiptsNamed } from "./read-facts.ts";
import { absorb } from "./transition/absorb.ts";
import { isOver, type Purchase } from "./transition/purchase-facts.ts";
import { endsHold } from "./transition/transition-steps.ts";

/** @returns the purchase as it stands now */
export async function absorbEvidence(
  parts: PurchaseParts,
  tx: Tx,
  providerId: string,
  intentId: string,
): Promise<IntentRow> {
  // Receipts are locked before their purchase; what comes in between is found by `readFacts`, and names few.
  const peeked = await peekIntent(parts, tx, providerId, intentId);
  const place = { provider_id: providerId, rail: peeked.channel.facts.rail };
  await lockReceipts(tx, place, await receiptsNamed(parts, tx, peeked));
  const intent = await loadIntent(parts, tx, providerId, intentId);
  const facts = await readFacts(parts, tx, intent);
  if (facts === null) return intent;
  const evidence = facts.items.map((item) => item.evidence);
  const { after, steps } = absorb(facts.before, evidence, facts.known, facts.mayTrust);
  const effects = steps.flatMap((step) => step.transition.effects);
  const books = await readBooks(tx, intent, effects);
  const { phone_hash: party } = intent;
  if (party !== null && intent.asked_cents !== null && endsHold(after, evidence))
    await parts.ledger.endHold(tx, { providerId, intentId, party });
  await applyEffects(parts, tx, intent, planEffects(intent, effects, books));
  for (const [index, { row }] of facts.items.entries()) {
    const last = steps.findLast((step) => step.index === index)?.transition;
    if (last !== undefined) await settleEvidence(tx, row, last.parked ? "parked" : "done", last.outcome);
  }
  const page = facts.items.find(({ redirectUrl }) => redirectUrl !== null)?.redirectUrl ?? null;
  return save(parts, tx, intent, after, page);
}

async function save(
  { world, emit }: PurchaseParts,
  tx: Tx,
  intent: IntentRow,
  after: Purchase,
  redirectUrl: string | null,
): Promise<IntentRow> {
  const saved = changedFields(intent, after, redirectUrl, world.clock.wall().atMs);
  if (saved === null) return intent;
  if (intent.promotion_id !== null && after.state === "failed") await settleUse(tx, intent, "given-back");
  await setIntent(tx, intent, saved);
  await emit(tx, intent.provider_id, { topic: "payment", id: intent.intent_id, action: after.state });
  return { ...intent, ...saved };
}

/** What a transition changed of the row. Pure. @returns null: nothing */
export function changedFields(
  intent: IntentRow,
  after: Purchase,
  redirectUrl: string | null,
  nowMs: number,
): ChangedFields | null {
  const changes = {
    state: after.state,
    reason: after.reason,
    request_id: after.requestId,
    request_id_from: after.requestIdFrom,
    receipt: after.receipt,
    unreceipted: after.unreceipted,
    corroborated: after.verified,
    review: after.review,
    held_cents: after.heldCents,
    pending_cents: after.pendingCents,
    redirect_url: redirectUrl ?? intent.redirect_url,
  } as const;
  // Nobody waits for a verdict any more that has come: the place in the queue of questions is another's.
  const isDecided = after.state === "failed" || isOver(after.state) || after.verified;
  const isChanged = Object.entries(changes).some(([name, value]) => intent[name as keyof typeof changes] !== value);
  if (!isChanged) return null;
  return { ...changes, waits_since_ms: isDecided ? null : intent.waits_since_ms, changed_at_ms: nowMs };
}
