/**
 * Writes what `plan-effects.ts` planned, in the transaction of the new state: entries, receipts, then the grant and the next
 * query. Each happens once: its entry's key sees to it.
 */
import { newSaleCode } from "../../catalogue/grants/new-sale-code.ts";
import type { Tx } from "../../ground/db/database.ts";
import { followDiscount } from "../promotions/discount-entries.ts";
import { settleUse } from "../promotions/promotion-uses.ts";
import { insertReceipt, setReceipt } from "../receipts/receipt-rows.ts";
import { forgetToldUse, moveToldUse, noteSpentCredit, noteToldUse } from "../receipts/told-credit.ts";
import { readMoneySettings } from "../settings/money-settings.ts";
import type { EffectPlan, GrantStep, PlannedEntry, ReceiptChange } from "./plan-effects.ts";
import { askJob, type LoadedPurchase, type PurchaseParts } from "./purchase-rows.ts";
import { soldNote } from "./sold-note.ts";

export async function applyEffects(
  parts: PurchaseParts,
  tx: Tx,
  purchase: LoadedPurchase,
  plan: EffectPlan,
): Promise<void> {
  const { providerId, purchaseId } = purchase;
  const entryIds = await postEntries(parts, tx, purchase, plan.entries);
  await changeReceipts(parts, tx, purchase, plan.receipts, entryIds);
  await followCredit(parts, tx, purchase, plan);
  for (const step of plan.grantSteps) await changeGrant(parts, tx, purchase, step);
  if (plan.asks) await parts.jobs.send(tx, askJob, { providerId, purchaseId }, { singletonKey: `${purchaseId}/soon` });
  const { refundedTwiceCents: refundedCents } = plan;
  if (refundedCents > 0) parts.world.log.warn("payment-given-back-twice", { purchaseId, refundedCents });
}

/** @returns the entries' ids, in their order */
async function postEntries(
  { ledger }: PurchaseParts,
  tx: Tx,
  { providerId, purchaseId }: LoadedPurchase,
  entries: readonly PlannedEntry[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const { party, entry, received } of entries)
    ids.push(await ledger.post(tx, { providerId, purchaseId, party }, entry, received));
  return ids;
}

async function changeReceipts(
  { world, emit }: PurchaseParts,
  tx: Tx,
  purchase: LoadedPurchase,
  changes: readonly ReceiptChange[],
  entryIds: readonly string[],
): Promise<void> {
  const { providerId, purchaseId, channelId, currency } = purchase;
  const { rail } = purchase.channel.facts;
  for (const change of changes) {
    const { receipt } = change;
    const id = { providerId, rail, receipt };
    if (change.kind === "set") {
      await setReceipt(tx, id, change.changes);
      continue;
    }
    await insertReceipt(tx, {
      ...id,
      ...change.row,
      entryId: entryIds[change.entry] as string,
      channelId,
      purchaseId,
      currency,
      payerHash: purchase.phoneHash,
      payerMasked: purchase.phoneMasked,
      accountText: purchase.reference,
      bookedAtMs: world.clock.wall().atMs,
    });
    const isHeld = change.row.state === "suspense";
    if (isHeld) await emit(tx, providerId, { topic: "payment", id: receipt, action: "suspense" });
  }
}

/** What the plan does to credit that is not proved: spent here, spent no more, or proved and undone for others who spent it. */
async function followCredit(parts: PurchaseParts, tx: Tx, purchase: LoadedPurchase, plan: EffectPlan): Promise<void> {
  const { providerId, purchaseId, phoneHash: party, currency } = purchase;
  const { rail } = purchase.channel.facts;
  if (plan.returnsCredit) await forgetToldUse(tx, providerId, purchaseId);
  if (plan.toldCreditCents > 0 && party !== null)
    await noteToldUse(tx, { providerId, party, currency }, purchaseId, plan.toldCreditCents);
  for (const replaced of plan.replaced) await moveToldUse(tx, { providerId, rail }, replaced);
  const disproved = new Set(
    plan.receipts.flatMap((each) => (each.kind === "set" && each.changes.state === "disproved" ? [each.receipt] : [])),
  );
  for (const change of plan.receipts) {
    if (change.kind !== "set") continue;
    const { state, corroborated } = change.changes;
    const id = { providerId, rail, receipt: change.receipt };
    // What it is proved with is less than was told, and was spent by nobody.
    const isProof = corroborated === true && !disproved.has(change.receipt);
    if (isProof || state === "reversed") await noteSpentCredit(parts, tx, id, true);
    if (state === "disproved") await noteSpentCredit(parts, tx, id, false);
  }
}

async function changeGrant(
  { world, envelope, grants, ledger, onPaid }: PurchaseParts,
  tx: Tx,
  purchase: LoadedPurchase,
  step: GrantStep,
): Promise<void> {
  const { providerId, purchaseId } = purchase;
  if (step.kind === "verify-grant") return grants.verify(tx, providerId, purchaseId);
  const isSold = step.kind === "open-grant";
  if (purchase.promotionId !== null) {
    await settleUse(tx, purchase, isSold ? "used" : "given-back");
    await followDiscount(ledger, tx, purchase, isSold);
  }
  if (step.kind === "revoke-grant") return grants.revoke(tx, providerId, purchaseId);
  const moreCodes: string[] = [];
  while (moreCodes.length < (purchase.terms.codes ?? 1) - 1) {
    const code = await newSaleCode(world, tx, providerId);
    if (!moreCodes.includes(code)) moreCodes.push(code);
  }
  const isNew = await grants.open(
    tx,
    {
      providerId,
      purchaseId,
      siteId: purchase.siteId,
      planName: purchase.planName,
      terms: purchase.terms,
      party: purchase.phoneHash,
      renewsGrantId: purchase.renewsGrantId,
      code: (await wantsCode(tx, purchase)) ? await newSaleCode(world, tx, providerId) : null,
      moreCodes,
      sold: soldNote(envelope, purchase),
    },
    step.unverified,
  );
  // The grant was given back by its site after a restore: its customer has heard of it.
  if (isNew) await onPaid(tx, purchase);
}

/** Where nobody paid on the device that will use it, the customer takes the code there; elsewhere the provider may want one too. */
async function wantsCode(tx: Tx, purchase: LoadedPurchase): Promise<boolean> {
  if (purchase.renewsGrantId !== null) return false;
  if (purchase.channel.facts.pays === "immediate") return true;
  return (await readMoneySettings(tx, purchase.providerId)).codeAfterPayment;
}
