/** A purchase made from money that is here already: nobody is asked for anything, it only says what the money is for. */

import { newId } from "@karibu/protocol/identifiers";
import { isPastDate, type Terms } from "@karibu/protocol/plan";
import type { World } from "@karibu/protocol/world";
import { pricedAt } from "../../catalogue/plans/place-prices.ts";
import { deletedSites } from "../../fleet/sites/sites.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import { maskPhone } from "../../ground/amounts/phone.ts";
import type { Tx } from "../../ground/db/database.ts";
import { json } from "../../ground/db/json.ts";
import type { Envelope } from "../../ground/secrets/envelope.ts";
import { hashOf } from "../channels/channels.ts";
import { offerFor } from "../promotions/offer-for.ts";
import type { ReceiptRow } from "../receipts/receipt-rows.ts";
import { sealPhone } from "./purchase-rows.ts";
import { newReference } from "./reference.ts";

export interface PlanBought {
  readonly plan_id: string;
  readonly name: string;
  readonly terms: Terms;
  readonly price_cents: number;
  readonly currency: string;
  /** The promotion in its price or terms. */
  readonly promotion_id: string | null;
  readonly discount_cents: number;
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
  const key = `inflow/${money.rail}/${money.receipt}`;
  const before = await tx
    .selectFrom("purchases")
    .select(["purchase_id", "site_id", "plan_id", "phone_hash"])
    .where("provider_id", "=", money.providerId)
    .where("idempotency_key", "=", key)
    .executeTakeFirst();
  if (before?.site_id === money.siteId && before.plan_id === plan.plan_id && before.phone_hash === money.party)
    return before.purchase_id;
  const purchaseId = newId(parts.world);
  const phone = money.phone ?? "";
  await tx
    .insertInto("purchases")
    .values({
      provider_id: money.providerId,
      purchase_id: purchaseId,
      channel_id: money.channelId,
      site_id: money.siteId,
      plan_id: plan.plan_id,
      plan_name: plan.name,
      terms: json(plan.terms),
      amount_cents: plan.price_cents,
      promotion_id: plan.promotion_id,
      discount_cents: plan.discount_cents,
      currency: plan.currency,
      phone_sealed: sealPhone(parts.envelope, { provider_id: money.providerId, purchase_id: purchaseId }, phone),
      phone_hash: money.party,
      phone_masked: phone === "" ? money.payerMasked : maskPhone(phone),
      // What a person says the money is for may be another plan than what it waited for.
      idempotency_key: before === undefined ? key : `${key}/${purchaseId}`,
      reference: newReference(parts.world),
      secret_hash: hashOf(`none/${purchaseId}`),
      state: "created",
      held_cents: Math.max(0, heldCents),
      created_at_ms: nowMs,
      changed_at_ms: nowMs,
    })
    .execute();
  return purchaseId;
}

/** When this customer last got this plan at this site for money that they paid by hand; null: never. */
export async function lastBoughtByHand(
  tx: Tx,
  { providerId, siteId, party }: Pick<MoneyHere, "providerId" | "siteId" | "party">,
  plan: PlanBought,
): Promise<number | null> {
  const row = await tx
    .selectFrom("purchases")
    .select("created_at_ms")
    .where("provider_id", "=", providerId)
    .where("phone_hash", "=", party)
    .where("plan_id", "=", plan.plan_id)
    .where("site_id", "=", siteId)
    .where("idempotency_key", "like", "inflow/%")
    .orderBy("created_at_ms", "desc")
    .limit(1)
    .executeTakeFirst();
  return row?.created_at_ms ?? null;
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
  const plans = await tx
    .selectFrom("plans")
    .select(["plan_id", "name", "terms", "price_cents", "currency", "prices"])
    .where("provider_id", "=", providerId)
    .where("active", "=", true)
    .where("deleted_at_ms", "is", null)
    .$if("planId" in meant, (is) => is.where("plan_id", "=", "planId" in meant ? meant.planId : ""))
    .execute();
  const found: PlanBought[] = [];
  const wanted = { providerId, siteId, party: null, triedBy: siteId, hasBought: async () => false };
  for (const plan of plans.filter(({ terms }) => !isPastDate(terms, clock.wall().atMs))) {
    const priced = await pricedAt(tx, plan, siteId, currency);
    const offer = priced === null ? null : await offerFor(clock, tx, wanted, priced);
    if (offer === null || offer.kind === "refused") continue;
    if ("priceCents" in meant && offer.priceCents !== meant.priceCents) continue;
    const { plan_id, name } = plan;
    const { priceCents: price_cents, terms, promotion, discountCents: discount_cents } = offer;
    found.push({
      plan_id,
      name,
      terms,
      price_cents,
      currency,
      promotion_id: promotion?.promotionId ?? null,
      discount_cents,
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
  const plan = await planOnSale(parts.world, tx, { providerId: row.provider_id, siteId: who.siteId }, row.currency, {
    priceCents: row.amount_cents,
  });
  if (plan === null) return null;
  return insertPurchaseByHand(
    parts,
    tx,
    {
      providerId: row.provider_id,
      channelId: row.channel_id,
      siteId: who.siteId,
      rail: row.rail,
      receipt: row.receipt,
      party: who.party,
      phone: who.phone,
      payerMasked: row.payer_masked ?? "",
    },
    plan,
  );
}
