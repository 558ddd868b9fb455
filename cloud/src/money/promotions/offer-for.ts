/**
 * What a purchase is asked for: the site's price, less the best promotion. One function for the prompt, the counter, the site that asks
 * for a code's worth, and money that comes by hand.
 *
 * Who attacks: who tries words until one is a code. What stops them: each wrong code costs one of ten tries an hour of the phone or the user, and
 * one of a few hundred of the site. Who sells and knows codes could keep the difference of a cash sale: codes show to whoever
 * may change plans, and to nobody else.
 */
import {
  bestOffer,
  holds,
  type Offer,
  offerOf,
  promotionCode,
  type Sale,
  usualOffer,
} from "@karibu/protocol/offers/promotion";
import type { Terms } from "@karibu/protocol/plan";
import type { Clock } from "@karibu/protocol/world";
import { isKnownCustomer } from "../../catalogue/customers/known-customer.ts";
import type { Party } from "../../ground/amounts/parties.ts";
import type { Tx } from "../../ground/db/database.ts";
import { createSharedTries } from "../../ground/quotas/shared-tries.ts";
import { offsetOfProvider } from "../../tenancy/providers/provider-offset.ts";
import { automaticRows, lockByCode, type PromotionRow, promotionOf, readFloor } from "./promotion-rows.ts";
import { dayOf, hasUsesLeft } from "./promotion-uses.ts";

export interface Wanted {
  readonly providerId: string;
  readonly siteId: string;
  /** Null: somebody who gave no number. */
  readonly party: Party | null;
  /** As typed. Left out: none. */
  readonly code?: string | undefined;
  /** Whose tries count, beside the phone's: the user who sells; the phone at the portal. */
  readonly triedBy: string;
  readonly hasBought: (tx: Tx) => Promise<boolean>;
}

export interface PlanToSell {
  readonly planId: string;
  readonly priceCents: number;
  readonly currency: string;
  readonly terms: Terms;
}

export interface Offered extends Offer {
  readonly kind: "offer";
  /** It was named by a code: a use is to be reserved, which counts for this day of the provider's calendar. Null: it was not. */
  readonly codeDay: number | null;
}

/** `bad-code`: there is none, or it does not hold for this plan, site, hour or customer; which of them is told to nobody. */
export type CodeRefusal = "bad-code" | "code-used-up" | "too-many-tries";
export type OfferResult = Offered | { readonly kind: "refused"; readonly reason: CodeRefusal };

export async function offerFor(clock: Clock, tx: Tx, wanted: Wanted, plan: PlanToSell): Promise<OfferResult> {
  const { providerId, siteId, party } = wanted;
  const atMs = clock.wall().atMs;
  const usual = { priceCents: plan.priceCents, currency: plan.currency };
  const automatic = await automaticRows(tx, providerId);
  const namesCode = wanted.code !== undefined && wanted.code.trim() !== "";
  // Most sales: nothing more is read for them.
  if (automatic.length === 0 && !namesCode) return { kind: "offer", ...usualOffer(usual, plan.terms), codeDay: null };
  const utcOffsetMinutes = await offsetOfProvider(tx, providerId);
  const sale: Sale = { planId: plan.planId, siteId, atMs, utcOffsetMinutes };
  const floorCents = await readFloor(tx, providerId);
  const promotions = automatic.map((row) => promotionOf(row, floorCents));
  const best = bestOffer(promotions, sale, usual, plan.terms);
  const forAll = { kind: "offer", ...best, codeDay: null } as const;
  if (!namesCode) return forAll;
  const wasNoGuess = await takeTry(clock, tx, wanted);
  if (wasNoGuess === null) return { kind: "refused", reason: "too-many-tries" };
  const typed = promotionCode(wanted.code ?? "");
  const row = typed === null ? null : await lockByCode(tx, providerId, typed);
  const offer =
    row === null || !holds(promotionOf(row, floorCents), sale) || !(await fitsAudience(tx, row, wanted))
      ? null
      : offerOf(promotionOf(row, floorCents), usual, plan.terms);
  if (row === null || offer === null) return { kind: "refused", reason: "bad-code" };
  await wasNoGuess();
  // What everybody gets anyway uses up no code.
  if (offer.discountCents > 0 && best.priceCents <= offer.priceCents) return forAll;
  const day = dayOf(atMs, utcOffsetMinutes);
  if (!(await hasUsesLeft(tx, row, { party, day }))) return { kind: "refused", reason: "code-used-up" };
  return { kind: "offer", ...offer, codeDay: day };
}

async function fitsAudience(tx: Tx, { audience }: PromotionRow, { party, hasBought }: Wanted): Promise<boolean> {
  if (audience === "everyone") return true;
  if (party === null) return false;
  return audience === "new" ? !(await hasBought(tx)) : isKnownCustomer(tx, party);
}

/** Null: none is left. It is given back only for a code that holds: how many are left tells nothing else. */
async function takeTry(
  clock: Clock,
  tx: Tx,
  { providerId, siteId, triedBy }: Wanted,
): Promise<(() => Promise<void>) | null> {
  const own = createSharedTries(clock, "promotion-codes", { tries: 10, perSeconds: 3600 });
  const all = createSharedTries(clock, "promotion-codes-of-site", { tries: 300, perSeconds: 3600 });
  const person = { providerId, subject: triedBy };
  const site = { providerId, subject: siteId };
  if (!(await own.tryTake(tx, person)) || !(await all.tryTake(tx, site))) return null;
  return async () => {
    await own.giveBack(tx, person);
    await all.giveBack(tx, site);
  };
}
