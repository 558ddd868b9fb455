/**
 * Applies all new evidence of one purchase: read the facts, decide (`transition.ts`), plan the effects, write them, save the row. One
 * transaction does it all, under locks of its receipts and of the row: receipts, ledger, grant, feed, events, queries. Safe to repeat.
 */
import type { Tx } from "../../ground/db/database.ts";
import { sendLookUp } from "../channels/look-up-job.ts";
import { settleEvidence } from "../evidence/evidence-rows.ts";
import { settleUse } from "../promotions/promotion-uses.ts";
import { lockReceipts } from "../receipts/receipt-rows.ts";
import { applyEffects } from "./apply-effects.ts";
import { planEffects } from "./plan-effects.ts";
import {
  type ChangedFields,
  loadPurchase,
  type PurchaseParts,
  type PurchaseRow,
  peekPurchase,
  setPurchase,
} from "./purchase-rows.ts";
import { readBooks } from "./read-books.ts";
import { type Facts, openEvidence, readFacts, receiptsNamed } from "./read-facts.ts";
import { absorb, receiptOf } from "./transition/absorb.ts";
import { isOver, type Purchase } from "./transition/purchase-facts.ts";
import { endsHold } from "./transition/transition-steps.ts";

/** @returns the purchase as it stands now */
export async function absorbEvidence(
  parts: PurchaseParts,
  tx: Tx,
  providerId: string,
  purchaseId: string,
): Promise<PurchaseRow> {
  // Receipts are locked before their purchase; what comes in between is found by `readFacts`, and names few.
  const peeked = await peekPurchase(parts, tx, providerId, purchaseId);
  const place = { providerId, rail: peeked.channel.facts.rail };
  await lockReceipts(tx, place, await receiptsNamed(parts, tx, peeked));
  const purchase = await loadPurchase(parts, tx, providerId, purchaseId);
  const facts = await readFacts(parts, tx, purchase, await openEvidence(parts.envelope, tx, purchase));
  if (facts === null) return purchase;
  const evidence = facts.items.map((item) => item.evidence);
  const { after, steps } = absorb(facts.before, evidence, facts.known, facts.mayTrust);
  const effects = steps.flatMap((step) => step.transition.effects);
  const books = await readBooks(tx, purchase, effects);
  const { phoneHash: party } = purchase;
  if (party !== null && purchase.askedCents !== null && endsHold(after, evidence))
    await parts.ledger.endHold(tx, { providerId, purchaseId, party });
  await applyEffects(parts, tx, purchase, planEffects(purchase, effects, books));
  for (const [index, { row }] of facts.items.entries()) {
    const last = steps.findLast((step) => step.index === index)?.transition;
    if (last !== undefined) await settleEvidence(tx, row, last.parked ? "parked" : "done", last.outcome);
  }
  await askAgain(parts, tx, facts);
  const page = facts.items.find(({ redirectUrl }) => redirectUrl !== null)?.redirectUrl ?? null;
  const denial = facts.items.findLast(({ evidence }) => evidence.kind === "failure" && evidence.trust === "fetched");
  const denied = denial === undefined ? null : { deniedAtMs: denial.row.receivedAtMs };
  return save(parts, tx, purchase, after, { page, denied });
}

/** Money that the channel has denied is reported: the channel may have been slow, so it is asked once more. */
async function askAgain({ jobs }: PurchaseParts, tx: Tx, { items, known }: Facts): Promise<void> {
  for (const { row, evidence } of items) {
    const receipt = receiptOf(evidence);
    const isReport = row.state === "new" && evidence.kind === "success" && evidence.trust === "pushed";
    if (isReport && receipt !== null && known.get(receipt)?.state === "disproved")
      await sendLookUp(jobs, tx, row, receipt);
  }
}

/** @param told `denied`: noted of the row also where nothing changes for people */
async function save(
  { world, emit }: PurchaseParts,
  tx: Tx,
  purchase: PurchaseRow,
  after: Purchase,
  told: { readonly page: string | null; readonly denied: Pick<PurchaseRow, "deniedAtMs"> | null },
): Promise<PurchaseRow> {
  const saved = changedFields(purchase, after, told.page, world.clock.wall().atMs);
  if (saved === null) {
    if (told.denied !== null) await setPurchase(tx, purchase, told.denied);
    return { ...purchase, ...told.denied };
  }
  if (purchase.promotionId !== null && after.state === "failed") await settleUse(tx, purchase, "given-back");
  await setPurchase(tx, purchase, { ...saved, ...told.denied });
  await emit(tx, purchase.providerId, { topic: "payment", id: purchase.purchaseId, action: after.state });
  return { ...purchase, ...saved, ...told.denied };
}

/** What a transition changed of the row. Pure. @returns null: nothing */
export function changedFields(
  purchase: PurchaseRow,
  after: Purchase,
  redirectUrl: string | null,
  nowMs: number,
): ChangedFields | null {
  const changes = {
    state: after.state,
    reason: after.reason,
    requestId: after.requestId,
    requestIdFrom: after.requestIdFrom,
    receipt: after.receipt,
    unreceipted: after.unreceipted,
    corroborated: after.verified,
    review: after.review,
    heldCents: after.heldCents,
    pendingCents: after.pendingCents,
    redirectUrl: redirectUrl ?? purchase.redirectUrl,
  } as const;
  // Nobody waits for a verdict any more that has come: the place in the queue of questions is another's.
  const isDecided = after.state === "failed" || isOver(after.state) || after.verified;
  const isChanged = Object.entries(changes).some(([name, value]) => purchase[name as keyof typeof changes] !== value);
  if (!isChanged) return null;
  return { ...changes, waitsSinceMs: isDecided ? null : purchase.waitsSinceMs, changedAtMs: nowMs };
}
