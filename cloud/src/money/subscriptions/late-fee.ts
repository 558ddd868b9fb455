/**
 * The late fee of an end: laid once, for what was not paid within its grace. When it was paid says the channel, not when the hub heard of it: nothing is
 * laid while the money is on its way, and a fee is waived when money that was there in time comes into the books later.
 */
import { newId } from "@karibu/protocol/identifiers";
import type { Tx } from "../../ground/db/database.ts";
import { isLineAskedFor, mayPaidPromptRenew } from "../matching/prompt-money.ts";
import { creditInTime } from "../receipts/credit-in-time.ts";
import { readSpendable } from "../receipts/told-credit.ts";
import { type ChargeParts, dueCents, itemsOf, owedBefore, partyOf } from "./charge-subscription.ts";
import { isFeeUndue } from "./policy/late-fee-policy.ts";
import type { ItemRow, SubscriptionRow } from "./subscription.ts";
import { inTimeUntilOf, phaseOf, type SubscriptionFacts } from "./subscription-policy.ts";
import { factsOf, keep } from "./subscription-rows.ts";

const hub = { who: "karibu" } as const;
/** What was told is looked at again when it is proved; this is for what never is. */
const toldAgainMs = 3_600_000;
/** A prompt is answered, or over, by then. */
const askedAgainMs = 2 * 60_000;

/** @param nowMs at which credit was asked for too: who could pay has no fee. @returns `againMs`: it is not laid yet; null: it is, or is not due */
export async function chargeLateFee(
  parts: ChargeParts,
  tx: Tx,
  row: SubscriptionRow,
  facts: SubscriptionFacts,
  nowMs: number,
): Promise<{ readonly row: SubscriptionRow; readonly againMs: number | null }> {
  const { lateFeeCents } = facts.rules;
  if (lateFeeCents === 0 || row.lateFeeForMs === row.paidUntilMs || phaseOf(facts, nowMs) !== "over")
    return { row, againMs: null };
  const waitMs = await onItsWayMs(tx, row, nowMs);
  if (waitMs !== null) return { row, againMs: nowMs + waitMs };
  await tx
    .insertInto("subscription_items")
    .values({
      providerId: row.providerId,
      itemId: newId(parts.world),
      subscriptionId: row.subscriptionId,
      kind: "late-fee",
      name: "",
      amountCents: lateFeeCents,
      state: "open",
      madeBy: hub.who,
      madeAtMs: nowMs,
      changedAtMs: nowMs,
    })
    .execute();
  const change = { lateFeeForMs: row.paidUntilMs };
  const doing = { ...hub, what: "late-fee", amountCents: lateFeeCents };
  return { row: await keep(parts, tx, row, change, doing, { lookedAtMs: nowMs }), againMs: null };
}

/** When to look again for money that is on its way and covers what is due; null: there is none. */
async function onItsWayMs(tx: Tx, row: SubscriptionRow, nowMs: number): Promise<number | null> {
  const party = await partyOf(tx, row);
  if (party === null) return null;
  const { providerId, subscriptionId, currency } = row;
  const due = dueCents(row, await itemsOf(tx, subscriptionId), 1) + (await owedBefore(tx, row));
  const { creditCents, provedCents } = await readSpendable(tx, { providerId, party, currency });
  const line = { providerId, subscriptionId, nowMs };
  // Credit that just lies there pays for no line without automatic renewal; a prompt's money was meant for it.
  const isMeant = row.autoRenew || provedCents < due || (await mayPaidPromptRenew(tx, line, row.paidUntilMs));
  if (creditCents >= due && isMeant) return toldAgainMs;
  return (await isLineAskedFor(tx, line, due - creditCents)) ? askedAgainMs : null;
}

/**
 * Before what is due is reckoned: takes back the fee of this end if it was paid in time, and the hub heard of it only now. Only where the proved credit
 * pays the rest at once. The row is locked.
 * @param also `lookedAtMs`: a look does it, at that time
 */
export async function waiveUndueFee(
  parts: ChargeParts,
  tx: Tx,
  row: SubscriptionRow,
  also: { readonly lookedAtMs?: number } = {},
): Promise<SubscriptionRow> {
  if (row.lateFeeForMs !== row.paidUntilMs) return row;
  const items = await itemsOf(tx, row.subscriptionId);
  const fee = items.findLast(({ kind, state }) => kind === "late-fee" && state === "open");
  const party = await partyOf(tx, row);
  if (fee === undefined || party === null) return row;
  const { providerId, currency } = row;
  const due = dueCents(row, without(items, fee), 1) + (await owedBefore(tx, row));
  const { provedCents } = await readSpendable(tx, { providerId, party, currency });
  if (provedCents < due) return row;
  // Who promised after the fee was laid had not paid by then.
  const untilMs = Math.min(inTimeUntilOf(await factsOf(tx, row)), fee.madeAtMs);
  const paid = await creditInTime(tx, { providerId, party, currency }, { untilMs, knownAtMs: fee.madeAtMs });
  if (!isFeeUndue(due, paid)) return row;
  await tx
    .updateTable("subscription_items")
    .set({ state: "waived", changedAtMs: also.lookedAtMs ?? parts.world.clock.wall().atMs })
    .where("itemId", "=", fee.itemId)
    .execute();
  const doing = { ...hub, what: "late-fee-waived", why: "paid in time", amountCents: fee.amountCents };
  return keep(parts, tx, row, {}, doing, also);
}

const without = (items: readonly ItemRow[], one: ItemRow): ItemRow[] =>
  items.filter(({ itemId }) => itemId !== one.itemId);
