import type { Tx } from "../../ground/db/database.ts";
import { platformProviderId } from "../../ground/http/actor.ts";
import type { PublicPrice } from "../hub-module.ts";

const pricesMax = 12;

/** Of the plans that can be chosen. */
export async function publicPrices(tx: Tx): Promise<readonly PublicPrice[]> {
  const plans = await tx
    .selectFrom("platform_plans")
    .select(["name", "price_cents", "currency", "trial_days", "limits"])
    .where("provider_id", "=", platformProviderId)
    .where("active", "=", true)
    .orderBy("price_cents")
    .orderBy("plan_id")
    .limit(pricesMax)
    .execute();
  return plans.map((plan) => ({
    name: plan.name,
    priceCents: plan.price_cents,
    currency: plan.currency,
    trialDays: plan.trial_days,
    sitesMax: plan.limits.sites ?? null,
    messagesMax: plan.limits.messages ?? null,
  }));
}
