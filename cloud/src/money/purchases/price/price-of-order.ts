/** What an order is asked for, and whether a code holds for it: see `promotions/offer-for.ts`. */
import { pricedAt } from "../../../catalogue/plans/place-prices.ts";
import type { PlanRow } from "../../../catalogue/plans/plans.ts";
import type { Party } from "../../../ground/amounts/parties.ts";
import type { Tx } from "../../../ground/db/database.ts";
import type { ChannelKinds } from "../../channels/channel-kinds.ts";
import { findChannel } from "../../channels/channel-rows.ts";
import { type CodeRefusal, type Offered, offerFor } from "../../promotions/offer-for.ts";
import { hasBought, type PurchaseParts } from "../purchase-rows.ts";

export interface Order {
  readonly providerId: string;
  readonly siteId: string;
  readonly party: Party | null;
  readonly channelId?: string | undefined;
  readonly pay?: "cash" | "credit" | undefined;
  readonly soldBy?: string | undefined;
  /** Of a promotion, as typed. */
  readonly code?: string | undefined;
  /** What the customer was shown, minor units: they are never asked for more. */
  readonly expectsCents?: number | undefined;
  /** In which currency; left out: in the site's. */
  readonly expectsCurrency?: string | undefined;
}

export type OrderPrice =
  /** `plan`: at this price, with these terms. */
  | { readonly kind: "priced"; readonly plan: PlanRow; readonly offer: Offered; readonly usualCents: number }
  | { readonly kind: "refused"; readonly reason: CodeRefusal | "no-channel" | "price-changed" };

export async function priceOfOrder(
  { world, channels }: Pick<PurchaseParts, "world" | "channels">,
  tx: Tx,
  order: Order,
  sold: PlanRow,
): Promise<OrderPrice> {
  const plan = await planInMoney(channels.kinds, tx, order, sold);
  if (plan === null) return { kind: "refused", reason: "no-channel" };
  const { providerId, siteId, party, code, soldBy } = order;
  const bought = (tx: Tx) => (party === null ? Promise.resolve(false) : hasBought(tx, providerId, party));
  const wanted = { providerId, siteId, party, code, triedBy: soldBy ?? party ?? siteId, hasBought: bought };
  const offer = await offerFor(world.clock, tx, wanted, plan);
  if (offer.kind === "refused") return offer;
  // What was shown was in the usual currency: another one is no rise.
  const isUsualMoney = plan.currency === (await pricedAt(tx, sold, siteId)).currency;
  const { expectsCents, expectsCurrency = plan.currency } = order;
  const isRise = expectsCents !== undefined && (offer.priceCents > expectsCents || expectsCurrency !== plan.currency);
  if (isUsualMoney && isRise) return { kind: "refused", reason: "price-changed" };
  const asked = { ...plan, priceCents: offer.priceCents, terms: offer.terms };
  return { kind: "priced", plan: asked, offer, usualCents: plan.priceCents };
}

/** At the site, in a currency that the chosen channel moves; null: it has no such price. */
async function planInMoney(
  kinds: ChannelKinds,
  tx: Tx,
  { siteId, channelId, pay }: Order,
  sold: PlanRow,
): Promise<PlanRow | null> {
  const usual = await pricedAt(tx, sold, siteId);
  if (channelId === undefined || pay !== undefined) return usual;
  const row = await findChannel(tx, sold.providerId, channelId);
  const moves = row === undefined ? null : kinds.currencyOf(row);
  return moves === null || moves === usual.currency ? usual : pricedAt(tx, sold, siteId, moves);
}
