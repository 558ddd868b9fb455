/** A purchase made from money that is here already: nobody is asked for anything, it only says what the money is for. */

import { newId } from "@karibu/protocol/identifiers";
import { isPastDate, type Terms } from "@karibu/protocol/plan";
import type { World } from "@karibu/protocol/world";
import { pricedAt } from "../../catalogue/plans/place-prices.ts";
import { plansOnSale } from "../../catalogue/plans/plans.ts";
import { deletedSites } from "../../fleet/sites/sites.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { hashOf } from "../channels/channels.ts";
import { offerFor } from "../promotions/offer-for.ts";
import type { ReceiptRow } from "../receipts/receipt-rows.ts";
import { inflowKey, sealPhone } from "./purchase-rows.ts";
import { newReference } from "./reference.ts";

export interface PlanBought {
  readonly planId: string;
  readonly name: string;
  readonly terms: Terms;
  readonly priceCents: number;
  readonly currency: string;
  /** The promotion in its price or terms. */
  readonly promotionId: string | null;
  readonly discountCents: number;
}

export interface MoneyHere {
  readonly providerId: string;
  readonly channelId: string;
  readonly siteId: string;
  readonly rail: string;
  readonly receipt: string;
  /** The payer's hash, their number where it is known (MSISDN), and how it is shown. */
  readonly party: Party;
  readonly phone: string | null;
  readonly payerMasked: string;
}

/**
 * @param heldCents of the customer's credit, kept for this purchase: the money completes what they have paid before
 * @returns the purchase's id, the same for the same money, plan and payer; its money is still to be given to it
 */
export async function insertPurchaseByHand(
  parts: { readonly world: World; readonly envelope: Envelope },
  tx: Tx,
  money: MoneyHere,
  plan: PlanBought,
  heldCents = 0,
): Promise<string> {
  const nowMs = parts.world.clock.wall().atMs;
  const key = inflowKey(money);
  const before = await tx
    .selectFrom("purchases")
    .select(["purchaseId", "siteId", "planId", "phoneHash"])
    .where("providerId", "=", money.providerId)
    .where("idempotencyKey", "=", key)
    .executeTakeFirst();
  if (before?.siteId === money.siteId && before.planId === plan.planId && before.phoneHash === money.party)
    return before.purchaseId;
  const purchaseId = newId(parts.world);
  const phone = money.phone ?? "";
  await tx
    .insertInto("purchases")
    .values({
      providerId: money.providerId,
      purchaseId,
      channelId: money.channelId,
      siteId: money.siteId,
      planId: plan.planId,
      planName: plan.name,
      terms: json(plan.terms),
      amountCents: plan.priceCents,
      promotionId: plan.promotionId,
      discountCents: plan.discountCents,
      currency: plan.currency,
      phoneSealed: sealPhone(parts.envelope, { providerId: money.providerId, purchaseId }, phone),
      phoneHash: money.party,
      phoneMasked: phone === "" ? money.payerMasked : maskPhone(phone),
      // What a person says the money is for may be another plan than what it waited for.
      idempotencyKey: before === undefined ? key : `${key}/${purchaseId}`,
      reference: newReference(parts.world),
      secretHash: hashOf(`none/${purchaseId}`),
      state: "created",
      heldCents: Math.max(0, heldCents),
      createdAtMs: nowMs,
      changedAtMs: nowMs,
    })
    .execute();
  return purchaseId;
}

/** The purchase that this money had made, and that came back after a restore without it; null: there is none. */
export async function purchaseGivenBack(
  tx: Tx,
  money: { readonly providerId: string; readonly rail: string; readonly receipt: string },
): Promise<string | null> {
  const row = await tx
    .selectFrom("purchases")
    .select("purchaseId")
    .where("providerId", "=", money.providerId)
    .where("idempotencyKey", "=", inflowKey(money))
    .where("state", "=", "unknown")
    .where("receipt", "is", null)
    .executeTakeFirst();
  return row?.purchaseId ?? null;
}

/** When this customer last got this plan at this site for money that they paid by hand; null: never. */
export async function lastBoughtByHand(
  tx: Tx,
  { providerId, siteId, party }: Pick<MoneyHere, "providerId" | "siteId" | "party">,
  plan: PlanBought,
): Promise<number | null> {
  const row = await tx
    .selectFrom("purchases")
    .select("createdAtMs")
    .where("providerId", "=", providerId)
    .where("phoneHash", "=", party)
    .where("planId", "=", plan.planId)
    .where("siteId", "=", siteId)
    .where("idempotencyKey", "like", "inflow/%")
    .orderBy("createdAtMs", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.createdAtMs ?? null;
}

/** The one plan on sale at the site that is named, or that costs exactly so much there now; null: none, or two, and nobody can say which was meant; or the site is gone. */
export async function planOnSale(
  { clock }: World,
  tx: Tx,
  { providerId, siteId }: Pick<MoneyHere, "providerId" | "siteId">,
  currency: string,
  meant: { readonly planId: string } | { readonly priceCents: number },
): Promise<PlanBought | null> {
  if ((await deletedSites(tx, [siteId])).has(siteId)) return null;
  const plans = await plansOnSale(tx, providerId, "planId" in meant ? [meant.planId] : undefined);
  const found: PlanBought[] = [];
  const wanted = { providerId, siteId, party: null, triedBy: siteId, hasBought: async () => false };
  for (const plan of plans.filter(({ terms }) => !isPastDate(terms, clock.wall().atMs))) {
    const priced = await pricedAt(tx, plan, siteId, currency);
    const offer = priced === null ? null : await offerFor(clock, tx, wanted, priced);
    if (offer === null || offer.kind === "refused") continue;
    if ("priceCents" in meant && offer.priceCents !== meant.priceCents) continue;
    const { planId, name } = plan;
    const { priceCents, terms, promotion, discountCents } = offer;
    found.push({
      planId,
      name,
      terms,
      priceCents,
      currency,
      promotionId: promotion?.promotionId ?? null,
      discountCents,
    });
  }
  return found.length === 1 ? (found[0] ?? null) : null;
}

/** Who paid by hand and shows the receipt at a site gets the one plan of that price there; null: none is. */
export async function purchaseByHand(
  parts: { readonly world: World; readonly envelope: Envelope },
  tx: Tx,
  row: ReceiptRow,
  who: { readonly siteId: string | null; readonly party: Party | null; readonly phone: string | null },
): Promise<string | null> {
  if (who.siteId === null || who.party === null) return null;
  const plan = await planOnSale(parts.world, tx, { providerId: row.providerId, siteId: who.siteId }, row.currency, {
    priceCents: row.amountCents,
  });
  if (plan === null) return null;
  return insertPurchaseByHand(
    parts,
    tx,
    {
      providerId: row.providerId,
      channelId: row.channelId,
      siteId: who.siteId,
      rail: row.rail,
      receipt: row.receipt,
      party: who.party,
      phone: who.phone,
      payerMasked: row.payerMasked ?? "",
    },
    plan,
  );
}
