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
import { askJob, type LoadedIntent, type PurchaseParts } from "./intent-rows.ts";
import type { EffectPlan, GrantStep, PlannedEntry, ReceiptChange } from "./plan-effects.ts";
import { soldNote } from "./sold-note.ts";

export async function applyEffects(
  parts: PurchaseParts,
  tx: Tx,
  intent: LoadedIntent,
  plan: EffectPlan,
): Promise<void> {
  const { provider_id: providerId, intent_id: intentId } = intent;
  const entryIds = await postEntries(parts, tx, intent, plan.entries);
  await changeReceipts(parts, tx, intent, plan.receipts, entryIds);
  await followCredit(parts, tx, intent, plan);
  for (const step of plan.grantSteps) await changeGrant(parts, tx, intent, step);
  if (plan.asks) await parts.jobs.send(tx, askJob, { providerId, intentId }, { singletonKey: `${intentId}/soon` });
  const { refundedTwiceCents: refundedCents } = plan;
  if (refundedCents > 0) parts.world.log.warn("payment-given-back-twice", { intentId, refundedCents });
}

/** @returns the entries' ids, in their order */
async function postEntries(
  { ledger }: PurchaseParts,
  tx: Tx,
  { provider_id: providerId, intent_id: intentId }: LoadedIntent,
  entries: readonly PlannedEntry[],
): Promise<string[]> {
  const ids: string[] = [];
  for (const { party, entry, received } of entries)
    ids.push(await ledger.post(tx, { providerId, intentId, party }, entry, received));
  return ids;
}

async function changeReceipts(
  { world, emit }: PurchaseParts,
  tx: Tx,
  intent: LoadedIntent,
  changes: readonly ReceiptChange[],
  entryIds: readonly string[],
): Promise<void> {
  const { provider_id, intent_id, channel_id, currency } = intent;
  const { rail } = intent.channel.facts;
  for (const change of changes) {
    const { receipt } = change;
    const id = { provider_id, rail, receipt };
    if (change.kind === "set") {
      await setReceipt(tx, id, change.changes);
      continue;
    }
    await insertReceipt(tx, {
      ...id,
      ...change.row,
      entry_id: entryIds[change.entry] as string,
      channel_id,
      intent_id,
      currency,
      payer_hash: intent.phone_hash,
      payer_masked: intent.phone_masked,
      account_text: intent.reference,
      booked_at_ms: world.clock.wall().atMs,
    });
    const isHeld = change.row.state === "suspense";
    if (isHeld) await emit(tx, provider_id, { topic: "payment", id: receipt, action: "suspense" });
  }
}

/** What the plan does to credit that is not proved: spent here, spent no more, or proved and undone for others who spent it. */
async function followCredit(parts: PurchaseParts, tx: Tx, intent: LoadedIntent, plan: EffectPlan): Promise<void> {
  const { provider_id: providerId, intent_id: intentId, phone_hash: party, currency } = intent;
  const { rail } = intent.channel.facts;
  if (plan.returnsCredit) await forgetToldUse(tx, providerId, intentId);
  if (plan.toldCreditCents > 0 && party !== null)
    await noteToldUse(tx, { providerId, party, currency }, intentId, plan.toldCreditCents);
  for (const replaced of plan.replaced) await moveToldUse(tx, { provider_id: providerId, rail }, replaced);
  const disproved = new Set(
    plan.receipts.flatMap((each) => (each.kind === "set" && each.changes.state === "disproved" ? [each.receipt] : [])),
  );
  for (const change of plan.receipts) {
    if (change.kind !== "set") continue;
    const { state, corroborated } = change.changes;
    const id = { provider_id: providerId, rail, receipt: change.receipt };
    // What it is proved with is less than was told, and was spent by nobody.
    const isProof = corroborated === true && !disproved.has(change.receipt);
    if (isProof || state === "reversed") await noteSpentCredit(parts, tx, id, true);
    if (state === "disproved") await noteSpentCredit(parts, tx, id, false);
  }
}

async function changeGrant(
  { world, envelope, grants, ledger, onPaid }: PurchaseParts,
  tx: Tx,
  intent: LoadedIntent,
  step: GrantStep,
): Promise<void> {
  const { provider_id: providerId, intent_id: intentId } = intent;
  if (step.kind === "verify-grant") return grants.verify(tx, providerId, intentId);
  const isSold = step.kind === "open-grant";
  if (intent.promotion_id !== null) {
    await settleUse(tx, intent, isSold ? "used" : "given-back");
    await followDiscount(ledger, tx, intent, isSold);
  }
  if (step.kind === "revoke-grant") return grants.revoke(tx, providerId, intentId);
  const moreCodes: string[] = [];
  while (moreCodes.length < (intent.terms.codes ?? 1) - 1) {
    const code = await newSaleCode(world, tx, providerId);
    if (!moreCodes.includes(code)) moreCodes.push(code);
  }
  const isNew = await grants.open(
    tx,
    {
      providerId,
      intentId,
      siteId: intent.site_id,
      planName: intent.plan_name,
      terms: intent.terms,
      party: intent.phone_hash,
      renewsGrantId: intent.renews_grant_id,
      code: (await wantsCode(tx, intent)) ? await newSaleCode(world, tx, providerId) : null,
      moreCodes,
      sold: soldNote(envelope, intent),
    },
    step.unverified,
  );
  // The grant was given back by its site after a restore: its customer has heard of it.
  if (isNew) await onPaid(tx, intent);
}

/** Where nobody paid on the device that will use it, the customer takes the code there; elsewhere the provider may want one too. */
async function wantsCode(tx: Tx, intent: LoadedIntent): Promise<boolean> {
  if (intent.renews_grant_id !== null) return false;
  if (intent.channel.facts.pays === "immediate") return true;
  return (await readMoneySettings(tx, intent.provider_id)).codeAfterPayment;
}
